"""Everything the rules of triage name is there: packs, questions, parts, facts and their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from question_bank.rules.packs import Pack
from question_bank.rules.questions import Bank
from question_bank.rules.reading.plain import advice
from question_bank.rules.triage.reading import Triage, TriageRule


def problems(triage: Triage, bank: Bank, packs: Mapping[str, Pack]) -> Iterator[str]:
    """Yield one sentence for each name that leads nowhere."""
    for pack in triage.packs:
        if pack not in packs:
            yield f"triage, packs: there is no pack ‘{pack}’{advice(pack, packs)}"
    for rule in (triage.otherwise, *triage.rules):
        place = f"triage, {rule.id}"
        yield from _packs(rule, triage, packs, place)
        for name in _questions(rule):
            if name not in bank.questions:
                yield f"{place}: there is no question ‘{name}’{advice(name, bank.questions)}"
        for name in rule.leaves_out:
            if name not in bank.questions and name not in packs:
                yield f"{place}: there is no question or pack ‘{name}’"
        yield from _parts(rule, bank, place)
        yield from _facts(rule, bank, place)


def _packs(
    rule: TriageRule, triage: Triage, packs: Mapping[str, Pack], place: str
) -> Iterator[str]:
    if rule.pack and rule.pack not in triage.packs:
        yield f"{place}: ‘{rule.pack}’ is not among ‘packs’{advice(rule.pack, triage.packs)}"
    if rule.add and rule.add not in packs:
        yield f"{place}: there is no pack ‘{rule.add}’{advice(rule.add, packs)}"


def _questions(rule: TriageRule) -> Iterator[str]:
    yield from rule.times
    yield from rule.only
    yield from rule.assess
    for wanted in rule.ask:
        yield wanted.question
        if wanted.beside:
            yield wanted.beside


def _parts(rule: TriageRule, bank: Bank, place: str) -> Iterator[str]:
    for wanted in rule.ask:
        question = bank.questions.get(wanted.question)
        known = {part.id for part in question.parts} if question else set()
        for part in wanted.parts or ():
            if question is not None and part not in known:
                yield f"{place}: {wanted.question} has no part {part}{advice(part, known)}"


def _facts(rule: TriageRule, bank: Bank, place: str) -> Iterator[str]:
    for name, value in rule.facts.items():
        fact = bank.facts.get(name)
        if fact is None:
            yield f"{place}: there is no tender fact ‘{name}’{advice(name, bank.facts)}"
        elif fact.spec.options and fact.spec.option(str(value)) is None:
            yield f"{place}: ‘{value}’ is no value of the tender fact ‘{name}’"
