"""Ids are unique and permanent: answers, risks and clauses point at them for years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from question_bank.rules.packs import Pack, weight_problems
from question_bank.rules.questions import Bank, Kind


def every_id(bank: Bank, packs: Mapping[str, Pack]) -> list[str]:
    """Return every permanent id of the bank, each as often as it is given, in a fixed order."""
    return [*_content_ids(bank), *(f"pack {pack}" for pack in packs)]


def _content_ids(bank: Bank) -> Iterator[str]:
    for question in bank.raw["questions"] or ():
        yield question["id"]
        yield from (covered["id"] for covered in question.get("covered_by") or ())
    for part in bank.all_parts():
        yield part.id
        # An outcome of a commitment is its answer: those three are not ids of ours.
        if part.kind is not Kind.COMMITMENT:
            yield from (f"{part.id}:{option.value}" for option in part.options)
        yield from (o.rule for o in part.outcomes if o.when.operator != "chosen")
    for schema in bank.schemas.values():
        yield schema.id
        for column in schema.columns:
            yield f"{schema.id}.{column.id}"
            yield from (f"{schema.id}.{column.id}:{option.value}" for option in column.options)
    for kind in ("risks", "themes", "facts"):
        yield from (entry["id"] for entry in bank.raw[kind] or ())
    yield from (case.rule for case in bank.checks)
    yield from (f"framework {entry['id']}" for entry in bank.raw.get("frameworks") or ())


def problems(bank: Bank, packs: Mapping[str, Pack], ids_ever_used: Iterable[str]) -> Iterator[str]:
    used = frozenset(ids_ever_used)
    counted = Counter(every_id(bank, packs))
    for name, count in counted.items():
        if count > 1:
            yield f"{name}: this id is given {count} times; every id is used once"
    for name in sorted(used - set(counted)):
        yield f"{name}: this id was used before and is gone; ids are permanent, bring it back"
    for name in sorted(set(counted) - used):
        yield f"{name}: this id is new; add it with ‘flask bank check --accept-new-ids’"
    for pack in packs.values():
        yield from weight_problems(pack)
