"""What the answers of triage propose: pack, questions, weights and facts, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from question_bank.rules.effort import Effort, effort
from question_bank.rules.packs import Pack, chosen_question, read_pack
from question_bank.rules.questions import Bank
from question_bank.rules.triage.drafting import Draft
from question_bank.rules.triage.reading import Triage, TriageRule


class Edition(Protocol):
    """What a proposal is made from: an edition of the bank with its packs."""

    @property
    def bank(self) -> Bank: ...
    @property
    def packs(self) -> Mapping[str, Pack]: ...


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is proposed. ``about``: pack, section:<id>, question:<id> or fact:<id>."""

    about: str
    says: str
    source: str
    effect: str = ""

    @property
    def words(self) -> str:
        return f"{self.says} Source: {self.source}."


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that is not asked, and why."""

    what: str
    says: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """``raw_pack`` is the questionnaire in the form of a pack, ``pack`` the same as read."""

    pack: Pack
    raw_pack: Mapping[str, Any]
    facts: Mapping[str, Any]
    reasons: tuple[Reason, ...]
    left_out: tuple[LeftOut, ...]
    effort: Effort

    def reasons_for(self, about: str) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if reason.about == about)

    def plan_reasons(self) -> list[dict[str, str]]:
        """Return what a tender's plan keeps: the reasons for its pack, sections and questions."""
        return [
            {"about": reason.about, "says": reason.words, "by": "triage"}
            for reason in self.reasons
            if not reason.about.startswith("fact:")
        ]


@dataclass
class _Making:
    edition: Edition
    draft: Draft
    reasons: list[Reason] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def because(self, about: str, rule: TriageRule, effect: str = "") -> None:
        self.reasons.append(Reason(about, rule.says, rule.source, effect))


def propose(triage: Triage, answers: Mapping[str, Any], edition: Edition) -> Proposal:
    """Return the questionnaire the answers propose; the same for the same answers and edition.

    A question not answered lets no rule hold. What bids can fail by is always asked. What an older
    edition lacks is left out, with that as the reason. Raises ContentError if the edition has none
    of the packs to begin with.
    """
    known = triage.known(answers)
    rules = [rule for rule in triage.rules if rule.holds(known)]
    base, reasons = _base(triage, rules, edition)
    making = _Making(edition, Draft(edition.bank, base))
    for rule in reasons:
        making.because("pack", rule, f"‘{base.title}’ is the pack to begin with")
    # Nothing is taken out that another rule asks for, so what adds comes after what takes away.
    for step in (_leave_out, _ask, _add, _only, _assess, _multiply, _facts):
        for rule in rules:
            step(making, rule)
    return _proposal(making)


def _base(
    triage: Triage, rules: list[TriageRule], edition: Edition
) -> tuple[Pack, list[TriageRule]]:
    """Return the most demanding pack proposed that the edition has, with the rules for it."""
    offered = [pack for pack in triage.packs if pack in edition.packs]
    proposing = [rule for rule in rules if rule.pack in offered]
    if not proposing:
        fallback = triage.otherwise.pack if triage.otherwise.pack in offered else offered[0]
        return edition.packs[fallback], [triage.otherwise]
    chosen = max((rule.pack for rule in proposing), key=offered.index)
    return edition.packs[chosen], [rule for rule in proposing if rule.pack == chosen]


def _leave_out(making: _Making, rule: TriageRule) -> None:
    for wanted in rule.leaves_out:
        pack = making.edition.packs.get(wanted)
        if pack is not None:
            making.left_out.append(LeftOut(f"The questions of ‘{pack.title}’", rule.says))
        elif making.draft.leave_out(wanted):
            title = making.edition.bank.questions[wanted].title
            making.left_out.append(LeftOut(f"{wanted} {title}", rule.says))


def _ask(making: _Making, rule: TriageRule) -> None:
    for wanted in rule.ask:
        how = making.draft.ask(wanted)
        if how:
            making.because(f"question:{wanted.question}", rule, how)


def _add(making: _Making, rule: TriageRule) -> None:
    if not rule.add:
        return
    pack = making.edition.packs.get(rule.add)
    if pack is None:
        lacking = "This edition of the question bank does not have them yet."
        making.left_out.append(LeftOut(f"The questions of ‘{rule.add}’", f"{rule.says} {lacking}"))
        return
    for section in making.draft.add_pack(pack, rule.share):
        making.because(f"section:{section}", rule, f"added from the pack ‘{pack.title}’")


def _only(making: _Making, rule: TriageRule) -> None:
    for question in rule.only:
        if making.draft.only_failing(question):
            making.because(f"question:{question}", rule, "asked without a mark, in few parts")


def _assess(making: _Making, rule: TriageRule) -> None:
    for question, assessed in rule.assess.items():
        if making.draft.assess(question, assessed):
            making.because(f"question:{question}", rule, f"assessed as {assessed}")


def _multiply(making: _Making, rule: TriageRule) -> None:
    for question, times in rule.times.items():
        if making.draft.multiply(question, times):
            effect = "counts more" if times > 1 else "counts less"
            making.because(f"question:{question}", rule, effect)


def _facts(making: _Making, rule: TriageRule) -> None:
    """Where two rules differ ‘yes’ stands: it brings terms in, ‘no’ keeps them out."""
    for name, value in rule.facts.items():
        if name not in making.edition.bank.facts:
            continue
        if name in making.facts and value != "yes":
            continue
        making.reasons = [r for r in making.reasons if r.about != f"fact:{name}"]
        making.facts[name] = value
        making.because(f"fact:{name}", rule)


def _proposal(making: _Making) -> Proposal:
    raw = making.draft.raw()
    pack = read_pack(raw)
    return Proposal(
        pack=pack,
        raw_pack=raw,
        facts=making.facts,
        reasons=tuple(making.reasons),
        left_out=(*making.left_out, *_rest(making, pack)),
        effort=effort_of(making.edition.bank, pack),
    )


def effort_of(bank: Bank, pack: Pack) -> Effort:
    """Return what a supplier needs for the questions and parts a pack asks."""
    return effort(
        (chosen_question(bank, asked), bank.questions[asked.id]) for _, asked in pack.questions()
    )


def _rest(making: _Making, pack: Pack) -> Iterator[LeftOut]:
    """Yield what the pack to begin with leaves out by itself: parts of questions, and questions."""
    bank, base = making.edition.bank, making.draft.pack
    asked = {entry.id: entry for _, entry in pack.questions()}
    named = {entry.what.split(" ", 1)[0] for entry in making.left_out}
    short = {entry.id: entry.parts for _, entry in base.questions() if entry.parts is not None}
    in_part = [
        name for name, parts in short.items() if name in asked and asked[name].parts == parts
    ]
    fewer = sum(len(bank.questions[name].parts) - len(asked[name].parts or ()) for name in in_part)
    if fewer:
        yield LeftOut(
            f"{fewer} parts of {len(in_part)} questions ({', '.join(in_part)})",
            "These questions are asked in short: what bids can fail by, and the answers that show "
            "the worst risks quickly.",
        )
    wider = {entry.id for name in making.edition.packs.values() for _, entry in name.questions()}
    for question in bank.questions.values():
        if question.id in asked or question.id in named or not question.weight:
            continue
        if question.id in wider:
            says = f"‘{base.title}’ does without it, and no answer asks for it."
            yield LeftOut(f"{question.id} {question.title}", says)
