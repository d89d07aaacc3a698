"""Make the list of passwords nobody may choose: `accounts/content/common-passwords.bin`.

    python tooling/make_common_passwords.py LIST [LIST …]

Each LIST is text, one password a line, the commonest first (`.gz` too). Kept are the first six
bytes of the SHA-256 of each password in small letters, sorted: of all of twelve characters and
more, and of the commonest words of five to eleven letters, which people lengthen with a year.
`accounts/content/README.md` says which lists were used.
"""

from __future__ import annotations

import gzip
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

FILE = Path(__file__).parents[1] / "accounts" / "content" / "common-passwords.bin"
DIGEST_BYTES = 6
LONG = 12
SHORTEST_WORD = 5
MOST_WORDS = 20_000


def lines(path: Path) -> Iterator[str]:
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    for line in content.decode("utf-8", errors="replace").split("\n"):
        yield line.rstrip("\r").lower()


def main(paths: list[Path]) -> None:
    long: set[str] = set()
    words: dict[str, None] = {}
    for path in paths:
        for line in lines(path):
            if len(line) >= LONG:
                long.add(line)
            elif len(line) >= SHORTEST_WORD and line.isalpha() and len(words) < MOST_WORDS:
                words[line] = None
    digests = {hashlib.sha256(one.encode()).digest()[:DIGEST_BYTES] for one in long | words.keys()}
    FILE.write_bytes(b"".join(sorted(digests)))
    print(f"{len(long)} long passwords and {len(words)} words, {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
