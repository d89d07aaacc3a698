"""A zip written piece by piece: what is in it is read as it goes out, and nothing is held whole.

The index comes last, because only then the fingerprint of every file is known. Times inside are
fixed, so that the same record makes the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from records.exemptions import exemptions
from records.pack.items import Item, Section, Sections, in_json
from records.rules.withholding import Held, held_at, touches

PIECE_BYTES = 64 * 1024
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
GIVEN, WITHHELD, PARTLY = "given", "withheld", "given in part"


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the index."""

    path: str
    title: str
    state: str
    size: int
    sha256: str


class PiecesSource:
    """Bytes that are made piece by piece, to be read from: foundation.files stores them so."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._kept, self._read = pieces, b"", 0

    def read(self, size: int = -1, /) -> bytes:
        while size < 0 or len(self._kept) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._kept += piece
        end = len(self._kept) if size < 0 else size
        given, self._kept = self._kept[:end], self._kept[end:]
        self._read += len(given)
        return given

    def seek(self, offset: int, whence: int = 0, /) -> int:
        if (offset, whence) != (0, 0) or self._read:
            raise OSError("What is being made is read once, from its beginning")
        return 0

    def tell(self) -> int:
        return self._read


class Sink:
    """Takes what the zip module writes, until it is fetched."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._held.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing to do: what was written is fetched after every piece."""

    def close(self) -> None:
        """Nothing to do: nothing is held open."""

    def taken(self) -> bytes:
        taken, self._held = b"".join(self._held), []
        return taken


class Writer:
    """Writes one pack. ``held``: what is not given out; nothing for the whole record."""

    def __init__(self, readme: str, held: Sequence[Held], *, title: str) -> None:
        self._readme, self._held, self._title = readme, held, title
        self._listed: list[Listed] = []
        self._sink = Sink()

    def pieces(self, items: Iterable[Item]) -> Iterator[bytes]:
        """Return the bytes of the zip, as its items are made."""
        with ZipFile(self._sink, "w", ZIP_DEFLATED) as archive:
            yield from self._file(archive, "README.txt", "What this is", [self._readme.encode()])
            for item in items:
                for path, state, made in self._files_of(item):
                    yield from self._file(archive, path, item.title, made, state)
            listed = tuple(self._listed)
            for path, index in (
                ("index.csv", index_csv(listed)),
                ("index.html", index_html(listed, self._title)),
            ):
                yield from self._file(archive, path, "Index", [index])
        yield self._sink.taken()

    def _files_of(self, item: Item) -> Iterator[tuple[str, str, Iterable[bytes]]]:
        """Return path, state and content of what is written for an item."""
        whole = held_at(item.path, self._held)
        if whole is not None:
            yield _sheet(item.path, whole)
        elif isinstance(item, Sections):
            sections = item.made()
            left = [(one, held_at(f"{item.path}/{one.id}", self._held)) for one in sections]
            state = PARTLY if any(held for _, held in left) else GIVEN
            yield f"{item.path}.txt", state, [_text(item.title, left)]
            yield f"{item.path}.json", state, [in_json(_values(left))]
        elif item.repeats and touches(item.repeats, self._held):
            yield f"{item.path}.withheld.txt", WITHHELD, [REPEATS.format(item.repeats).encode()]
        else:
            yield item.path, GIVEN, item.made()

    def _file(
        self, archive: ZipFile, path: str, title: str, made: Iterable[bytes], state: str = GIVEN
    ) -> Iterator[bytes]:
        info = ZipInfo(path, FIXED_TIME)
        info.compress_type = ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        sha256, size = hashlib.sha256(), 0
        with archive.open(info, "w") as file:
            for piece in made:
                file.write(piece)
                sha256.update(piece)
                size += len(piece)
                if taken := self._sink.taken():
                    yield taken
        self._listed.append(Listed(path, title, state, size, sha256.hexdigest()))
        yield self._sink.taken()


REPEATS = (
    "Not given as a whole\n\nThis file repeats words of “{}”, of which something is withheld. What "
    "can be given is given there, part by part.\n"
)


def _sheet(path: str, held: Held) -> tuple[str, str, list[bytes]]:
    return f"{path}.withheld.txt", WITHHELD, [f"Withheld\n\n{in_words(held)}\n".encode()]


def in_words(held: Held) -> str:
    """Return by what and why something is withheld, as whoever asked for it reads it."""
    known = exemptions().get(held.exemption)
    return f"Exemption: {known.title if known else held.exemption}\nReason: {held.reason}"


def _text(title: str, left: Sequence[tuple[Section, Held | None]]) -> bytes:
    lines = [title, "=" * len(title), ""]
    for section, held in left:
        lines += [section.heading, "-" * len(section.heading), ""]
        lines += [f"[Withheld]\n{in_words(held)}" if held else section.text, ""]
    return "\n".join(lines).encode()


def _values(left: Sequence[tuple[Section, Held | None]]) -> dict[str, object]:
    return {
        section.id: {"withheld": {"exemption": held.exemption, "reason": held.reason}}
        if held
        else (section.text if section.value is None else section.value)
        for section, held in left
    }


def index_csv(listed: Iterable[Listed]) -> bytes:
    """Return path, title, state, size and SHA-256 of every file, for a spreadsheet."""
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(["path", "title", "state", "bytes", "sha256"])
    for one in listed:
        # A title somebody else chose must not be taken for a formula.
        title = f"'{one.title}" if one.title[:1] in "=+-@\t\r" else one.title
        rows.writerow([one.path, title, one.state, one.size, one.sha256])
    return out.getvalue().encode("utf-8-sig")


def index_html(listed: Iterable[Listed], title: str) -> bytes:
    """Return the same as a page with links, to be opened from the unpacked folder."""
    rows = "\n".join(
        f'<tr><td><a href="{escape(one.path)}">{escape(one.path)}</a></td>'
        f"<td>{escape(one.title)}</td><td>{one.state}</td><td>{one.size}</td>"
        f"<td><code>{one.sha256}</code></td></tr>"
        for one in listed
    )
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head><body><h1>{escape(title)}</h1>"
        '<p><a href="README.txt">What this is</a></p><table border="1" cellpadding="4">'
        "<caption>Every file, with its SHA-256</caption><thead><tr><th>File</th><th>What it is</th>"
        "<th>State</th><th>Bytes</th><th>SHA-256</th></tr></thead>"
        f"<tbody>\n{rows}\n</tbody></table></body></html>\n"
    ).encode()
