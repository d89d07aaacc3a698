"""Takes out of package-lock.json what set-up does not need: pleas for funding and addresses."""

from __future__ import annotations

import json
from pathlib import Path

LOCK = Path(__file__).parents[1] / "package-lock.json"
NOT_NEEDED = ("funding", "resolved")


def main() -> None:
    """Rewrite the lock in place; names, versions and integrity hashes stay."""
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        for field in NOT_NEEDED:
            package.pop(field, None)
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
