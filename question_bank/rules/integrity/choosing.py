"""A pack asks what is there, once, with all that its parts need, and in an order that works."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from question_bank.rules.packs import Pack, PackQuestion
from question_bank.rules.questions import Bank, Part
from question_bank.rules.reading.plain import advice_on_id


def problems(bank: Bank, packs: Mapping[str, Pack]) -> Iterator[str]:
    for pack in packs.values():
        yield from _repeated(pack)
        for section, wanted in pack.questions():
            yield from _what_is_lacking(f"{pack.id}, {section.id}", wanted, bank)
        yield from _out_of_order(pack, bank)


def _repeated(pack: Pack) -> Iterator[str]:
    """Answers, marks and links go by the ids of questions and sections: each stands once."""
    sections: set[str] = set()
    questions: set[str] = set()
    for section in pack.sections:
        if section.id in sections:
            yield f"{pack.id}: the section ‘{section.id}’ is given twice; give it another id"
        sections.add(section.id)
        for wanted in section.questions:
            if wanted.id in questions:
                yield f"{pack.id}, {section.id}: {wanted.id} is asked twice; leave one of them out"
            questions.add(wanted.id)


def _what_is_lacking(place: str, wanted: PackQuestion, bank: Bank) -> Iterator[str]:
    question = bank.questions.get(wanted.id)
    if question is None:
        yield f"{place}: {wanted.id} is not a question{advice_on_id(wanted.id, bank.questions)}"
        return
    have = [part.id for part in question.parts]
    for part_id in wanted.parts or ():
        if part_id not in have:
            yield f"{place}: {wanted.id} has no part {part_id}{advice_on_id(part_id, have)}"


def _out_of_order(pack: Pack, bank: Bank) -> Iterator[str]:
    """What shows a part must be asked by the pack, and before it."""
    asked = list(_asked(pack, bank))
    order = {part.id: number for number, (_, part) in enumerate(asked)}
    for number, (place, part) in enumerate(asked):
        for needed in sorted(part.shown_when.parts()) if part.shown_when else ():
            if needed not in bank.parts:
                continue
            question = needed.partition(".")[0]
            if needed not in order:
                yield f"{place}: {part.id} is shown by {needed}, which the pack leaves out"
            elif order[needed] > number and not part.id.startswith(f"{question}."):
                yield (
                    f"{place}: {part.id} is shown by {needed}, which the pack asks later; "
                    f"put {question} before it"
                )


def _asked(pack: Pack, bank: Bank) -> Iterator[tuple[str, Part]]:
    """Yield the parts a pack asks, in its order, with the place of each."""
    for section, wanted in pack.questions():
        question = bank.questions.get(wanted.id)
        for part in question.parts if question else ():
            if wanted.parts is None or part.id in wanted.parts:
                yield f"{pack.id}, {section.id}", part
