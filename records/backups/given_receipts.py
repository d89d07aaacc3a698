"""Receipts that suppliers hold against what a backup knows: a newer one shows what it lost."""

from __future__ import annotations

import email
import email.policy
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from records.backups.boxes import BackupBroken
from supplier_portal.rules.receipt import FORMAT

# As letters with a receipt have them (supplier_portal/rules/letters.py).
COMMITMENT = re.compile(r"^Commitment: ([0-9a-f]{64})\s*$", re.M)
ARRIVED = re.compile(r"^Exactly: (\S+) \(UTC\)\s*$", re.M)


@dataclass(frozen=True)
class Given:
    """A receipt as somebody has it."""

    path: Path
    commitment: str
    said: str

    def __str__(self) -> str:
        return f"{self.path}: {self.said}"


def newer_than(known: frozenset[str], paths: Iterable[Path]) -> list[str]:
    """Return the receipts in files and folders that are not among the ``known`` commitments."""
    return [str(one) for path in paths for one in _given(path) if one.commitment not in known]


def _given(path: Path) -> Iterator[Given]:
    if path.is_dir():
        for each in sorted(path.iterdir()):
            if each.suffix in (".json", ".eml", ".txt"):
                yield from _in_file(each, must=False)
    else:
        yield from _in_file(path, must=True)


def _in_file(path: Path, *, must: bool) -> Iterator[Given]:
    found = _from_json(path) or _from_letter(path)
    if found is not None:
        yield found
    elif must:
        raise BackupBroken(f"{path} is no receipt: neither the file from its page nor the e-mail")


def _from_json(path: Path) -> Given | None:
    try:
        plain = json.loads(path.read_bytes())
        if plain["format"] != FORMAT:
            return None
        said = f"{plain['reference']}, version {plain['number']}, arrived {plain['arrived_at']}"
        return Given(path, str(plain["commitment"]), said)
    except (ValueError, KeyError, TypeError):
        return None


def _from_letter(path: Path) -> Given | None:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    commitment, arrived = COMMITMENT.search(text), ARRIVED.search(text)
    if commitment is None or arrived is None:
        return None
    subject = str(message["subject"] or "a letter")
    return Given(path, commitment[1], f"{subject}, arrived {arrived[1]}")
