"""Everything that changes a plan: each function returns a new one and leaves the old alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from decimal import Decimal
from typing import Any

from question_bank.rules.questions import Bank, PartClass
from tenders.rules.freezing import plain_values
from tenders.rules.plan.reading import (
    Entry,
    Plan,
    PlanError,
    entries_of,
    entry_of,
    section_in,
    section_with,
    sections_of,
)
from tenders.rules.plan.weights import written_weight

LONGEST_TITLE = 100
LONGEST_REASON = 1000
MARKS = range(1, 6)


def add_section(plan: Plan, title: str, *, weight: Decimal = Decimal(0)) -> Plan:
    """Add an empty section at the end. Its id is made from its title and stays."""
    title = _checked_title(plan, title)
    taken = {section["id"] for section in sections_of(plan)}
    section: Entry = {
        "id": _new_id(title, taken),
        "title": title,
        "weight": written_weight(weight, "weight"),
        "questions": [],
    }
    return _changed(plan, lambda new: sections_of(new).append(section))


def rename_section(plan: Plan, section_id: str, title: str) -> Plan:
    title = _checked_title(plan, title, besides=section_id)
    return _changed(plan, lambda new: section_in(new, section_id).update(title=title))


def remove_section(plan: Plan, section_id: str) -> Plan:
    """Remove a section with every question in it. The last section stays."""
    if len(sections_of(plan)) == 1:
        raise PlanError("You cannot remove the only section: add another one first")
    gone = {entry["id"] for entry in section_in(plan, section_id)["questions"]}

    def change(new: Plan) -> None:
        sections_of(new).remove(section_in(new, section_id))
        _forget_own(new, gone)

    return _changed(plan, change)


def move_section(plan: Plan, section_id: str, by: int) -> Plan:
    """Move a section up (``by`` -1) or down (1); at the end of the list it stays."""
    return _changed(plan, lambda new: _move(sections_of(new), section_in(new, section_id), by))


def add_question(
    plan: Plan,
    section_id: str,
    question_id: str,
    *,
    own: Mapping[str, Any] | None = None,
    weight: Decimal = Decimal(0),
    parts: Iterable[str] | None = None,
    assessed: PartClass | None = None,
    threshold: int | None = None,
) -> Plan:
    """Ask a question, at the end of a section. ``own``: the raw form of an own question, copied."""
    if any(entry["id"] == question_id for entry in entries_of(plan)):
        raise PlanError(f"{question_id} is asked already")
    entry: Entry = {"id": question_id, "weight": written_weight(weight, "weight")}
    if parts is not None:
        entry["parts"] = list(parts)

    def change(new: Plan) -> None:
        section_in(new, section_id)["questions"].append(entry)
        if own is not None:
            new["questions"].append(plain_values(own))

    changed = _changed(plan, change)
    if assessed is None and threshold is None:
        return changed
    return set_assessment(changed, question_id, assessed, threshold)


def remove_question(plan: Plan, question_id: str) -> Plan:
    """Ask a question no longer. The reason why it was proposed stays with the plan."""

    def change(new: Plan) -> None:
        section_with(new, question_id)["questions"].remove(entry_of(new, question_id))
        _forget_own(new, {question_id})

    return _changed(plan, change)


def move_question(
    plan: Plan, question_id: str, *, by: int = 0, to_section: str | None = None
) -> Plan:
    """Move a question up or down within its section, or to the end of another."""

    def change(new: Plan) -> None:
        here, entry = section_with(new, question_id), entry_of(new, question_id)
        if to_section is not None and to_section != here["id"]:
            section_in(new, to_section)["questions"].append(entry)
            here["questions"].remove(entry)
        else:
            _move(here["questions"], entry, by)

    return _changed(plan, change)


def set_weights(
    plan: Plan,
    *,
    sections: Mapping[str, Decimal] | None = None,
    questions: Mapping[str, Decimal] | None = None,
) -> Plan:
    """Set weights in percent: of sections, and of questions within their section.

    Whether they sum to 100 is checked before publication, not here: somebody half-way through
    may save. Raises PlanError, naming the field ``section-<id>`` or ``weight-<id>``.
    """

    def change(new: Plan) -> None:
        for section_id, weight in (sections or {}).items():
            section_in(new, section_id)["weight"] = written_weight(weight, f"section-{section_id}")
        for question_id, weight in (questions or {}).items():
            entry = entry_of(new, question_id)
            if weight and entry.get("class") not in (None, PartClass.SCORED):
                raise PlanError(
                    f"Leave the weight of {question_id} empty, or choose that it is marked",
                    field=f"weight-{question_id}",
                )
            entry["weight"] = written_weight(weight, f"weight-{question_id}")

    return _changed(plan, change)


def set_assessment(
    plan: Plan, question_id: str, assessed: PartClass | None, threshold: int | None = None
) -> Plan:
    """Set how a question is assessed, and the least mark that does not propose failure.

    Only a marked question has weight or a least mark: choosing another class sets its weight to 0.
    """
    if threshold is not None and threshold not in MARKS:
        raise PlanError("Select a least mark from 1 to 5", field="threshold")
    if threshold is not None and assessed not in (None, PartClass.SCORED):
        raise PlanError(
            "You cannot set a least mark because the question is not marked", field="threshold"
        )

    def change(new: Plan) -> None:
        entry = entry_of(new, question_id)
        if assessed not in (None, PartClass.SCORED):
            entry["weight"] = 0
        _put(entry, "class", None if assessed is None else assessed.value)
        _put(entry, "threshold", threshold)

    return _changed(plan, change)


def set_parts(plan: Plan, question_id: str, parts: Iterable[str] | None) -> Plan:
    """Set which parts of a question are asked; None asks all of them."""
    wanted = None if parts is None else list(parts)
    if wanted == []:
        raise PlanError("Select at least one part, or remove the question", field="parts")
    return _changed(plan, lambda new: _put(entry_of(new, question_id), "parts", wanted))


def add_reason(plan: Plan, about: str, says: str, by: str = "officer") -> Plan:
    """Say why something was chosen; ``about`` is pack, section:<id> or question:<id>.

    What the same author said before about it is replaced, and an empty text takes it away; what
    others said stays.
    """
    says = " ".join(says.split())
    if len(says) > LONGEST_REASON:
        raise PlanError(f"Enter {LONGEST_REASON} characters or fewer", field="reason")

    def change(new: Plan) -> None:
        others = [r for r in new["reasons"] if (r["about"], r["by"]) != (about, by)]
        new["reasons"] = [*others, *([{"about": about, "says": says, "by": by}] if says else [])]

    return _changed(plan, change)


def renew_own(plan: Plan, raw: Mapping[str, Any]) -> Plan:
    """Ask the newer form of an own question; parts it no longer has are no longer chosen."""

    def change(new: Plan) -> None:
        entry_of(new, raw["id"])
        new["questions"] = [
            plain_values(raw) if kept["id"] == raw["id"] else kept for kept in new["questions"]
        ]
        _keep_parts(new, {raw["id"]: {part["id"] for part in raw["parts"]}})

    return _changed(plan, change)


def move_to_edition(plan: Plan, version: str, bank: Bank) -> Plan:
    """Take the questions from another edition of the bank; every choice stays.

    What that edition does not have can be asked no longer: such questions and parts go.
    """

    def change(new: Plan) -> None:
        new["edition"] = version
        own = {raw["id"]: {part["id"] for part in raw["parts"]} for raw in new["questions"]}
        shipped = {
            question.id: {part.id for part in question.parts}
            for question in bank.questions.values()
        }
        _keep_parts(new, {**shipped, **own}, every_question=True)

    return _changed(plan, change)


def _keep_parts(plan: Plan, known: Mapping[str, set[str]], *, every_question: bool = False) -> None:
    """Leave out the chosen parts that are not known, and a question of which nothing is left."""
    for section in sections_of(plan):
        for entry in list(section["questions"]):
            parts = known.get(entry["id"])
            if parts is None:
                if every_question:
                    section["questions"].remove(entry)
            elif "parts" in entry:
                entry["parts"] = [part for part in entry["parts"] if part in parts]
                if not entry["parts"]:
                    section["questions"].remove(entry)


def _changed(plan: Plan, change: Callable[[Plan], object]) -> Plan:
    new = deepcopy(plan)
    change(new)
    return new


def _move(entries: list[Entry], entry: Entry, by: int) -> None:
    here = entries.index(entry)
    there = min(max(here + by, 0), len(entries) - 1)
    entries.insert(there, entries.pop(here))


def _forget_own(plan: Plan, gone: Iterable[str]) -> None:
    left_out = set(gone)
    plan["questions"] = [raw for raw in plan["questions"] if raw["id"] not in left_out]


def _put(entry: Entry, key: str, value: Any) -> None:
    """Set a key, or take it away: a plan has no empty keys, so that one plan has one hash."""
    if value is None:
        entry.pop(key, None)
    else:
        entry[key] = value


def _checked_title(plan: Plan, title: str, besides: str = "") -> str:
    title = " ".join(title.split())
    if not title:
        raise PlanError("Enter the name of the section", field="title")
    if len(title) > LONGEST_TITLE:
        raise PlanError(f"Enter {LONGEST_TITLE} characters or fewer", field="title")
    others = [s["title"].casefold() for s in sections_of(plan) if s["id"] != besides]
    if title.casefold() in others:
        raise PlanError("Enter another name: a section has this one", field="title")
    return title


def _new_id(title: str, taken: Iterable[str]) -> str:
    """Return the title as an id, such as ``data-protection``; with a number if it is taken."""
    stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40].strip("-") or "section"
    used, number, found = set(taken), 1, stem
    while found in used:
        number += 1
        found = f"{stem}-{number}"
    return found
