"""Who has to be looked at for a bid: the bidder, and whom its papers name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scoring.rules.exclusions import PartyRole

# Parts with a company in a column, the register of subcontractors first: what stands there need
# not be taken from elsewhere.
NAMED_IN = (("SLP-12.c", "name"), ("SLP-07.i", "backup_provider"), ("SLP-13.b", "provider"))
# Members of a consortium and suppliers relied on for a condition, as the platform's record has it.
FROM_PLATFORM: Mapping[str, tuple[PartyRole, str]] = {
    "consortium-member": (PartyRole.ASSOCIATED, "Platform record: member of the consortium"),
    "associated-supplier": (PartyRole.ASSOCIATED, "Platform record: supplier relied on"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody a bid names, and where."""

    name: str
    role: PartyRole
    found_in: str


def parties_named(
    supplier: str, answers: Mapping[str, Any], content: Mapping[str, Any], own: Iterable[str]
) -> list[Named]:
    """Return the bidder, then everybody its bid names, each once.

    ``own``: names of the bidder and of the council, who are no subcontractors.
    """
    found = [Named(supplier, PartyRole.SUPPLIER, "The bidder")]
    known = {key_of(name) for name in (supplier, *own)}
    for named in (*_on_platform(content), *_in_answers(answers)):
        if named.name and key_of(named.name) not in known:
            known.add(key_of(named.name))
            found.append(named)
    return found


def key_of(name: str) -> str:
    """Return what tells one name from another, however it is written."""
    return " ".join(name.split()).casefold().rstrip(".")


def _on_platform(content: Mapping[str, Any]) -> Iterator[Named]:
    for entry in content.get("platform") or ():
        role, found_in = FROM_PLATFORM.get(entry.get("role", ""), (None, ""))
        if role is not None:
            yield Named(_one_line(entry.get("name")), role, found_in)


def _in_answers(answers: Mapping[str, Any]) -> Iterator[Named]:
    for part, column in NAMED_IN:
        rows = answers.get(part)
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, Mapping):
                yield Named(_one_line(row.get(column)), PartyRole.SUBCONTRACTOR, part)


def _one_line(name: Any) -> str:
    return " ".join(name.split()) if isinstance(name, str) else ""
