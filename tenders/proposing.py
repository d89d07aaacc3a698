"""Triage for one authority: the form of its questions, the proposal, and its use in a draft."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from accounts.queries import Viewer
from foundation import clock
from foundation.canonical import canonical_json
from foundation.database import transaction
from foundation.fields import Choice, Form, RadiosField, required
from question_bank import loader
from question_bank.queries.editions import version_of
from question_bank.rules.answers import show_answer
from question_bank.rules.kinds import is_empty
from question_bank.rules.triage import LeftOut, Proposal, propose
from question_bank.triage import shipped_triage
from tenders import planned, service
from tenders.forms import DetailsForm
from tenders.law import shipped_law
from tenders.models import Tender
from tenders.rules.plan import Plan, plan_from_pack, questionnaire_of_plan
from tenders.rules.questionnaire import Questionnaire
from tenders.rules.replacing import Replacement, kept_reasons, replacement

NOTE = "answers about what is bought"


@dataclass(frozen=True)
class FactLine:
    """A fact that follows from the answers. ``stays``: what an officer entered, which stands."""

    label: str
    value: str
    says: str
    stays: str = ""


@dataclass(frozen=True)
class Proposed:
    """A proposal as the page shows it, and the plan it becomes."""

    answers: Mapping[str, str]
    proposal: Proposal
    questionnaire: Questionnaire
    plan: Plan
    edition: str
    facts: tuple[FactLine, ...]
    # What it would change in a draft; None for a new tender.
    changes: Replacement | None = None

    def because(self, about: str) -> list[tuple[str, str]]:
        """Return each reason with its source."""
        return [(reason.says, reason.source) for reason in self.proposal.reasons_for(about)]

    def effects(self, about: str) -> str:
        """Return what the reasons do together, such as ‘asked in full, counts more’."""
        effects = (reason.effect for reason in self.proposal.reasons_for(about))
        return ", ".join(dict.fromkeys(effect for effect in effects if effect))

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        return self.proposal.left_out


def triage_form(answers: Mapping[str, Any]) -> Form:
    """Return the form of all questions, filled with ``answers``; figures are those of today."""
    triage, figures = shipped_triage(), shipped_law().figures(today())
    fields = {
        question.id: RadiosField(
            question.ask,
            [required(question.missing)],
            hint=with_figures(question.hint, figures),
            choices=[
                Choice(option.value, with_figures(option.label, figures), option.hint)
                for option in question.options
            ],
        )
        for question in triage.questions
    }
    form: Form = type("AllTriage", (TriageForm,), fields)(data=triage.known(answers))
    return form


class TriageForm(Form):
    """Answers that cannot both be true are told at the second of them."""

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if contradicts({name: self[name].data for name in ("space", "senses")}):
            self.add_error(
                "Select “No, or there are no devices”, or say where devices will be placed: you "
                "answered that there are none",
                "senses",
            )
            return False
        return valid


def with_figures(text: str, figures: Mapping[str, str]) -> str:
    """Return a text with the figures of the law it names, such as {figure:sub-central}."""
    for name, words in figures.items():
        text = text.replace(f"{{figure:{name}}}", words)
    return text


def answers_in(form: Form) -> dict[str, Any]:
    return {question.id: form[question.id].data for question in shipped_triage().questions}


def known_answers(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of an address are answers."""
    return dict(shipped_triage().known(given))


def complete_answers(given: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the answers, or None while a question is open or two answers contradict each other."""
    known = shipped_triage().known(given)
    is_complete = len(known) == len(shipped_triage().questions)
    return known if is_complete and not contradicts(known) else None


def contradicts(answers: Mapping[str, Any]) -> bool:
    """Return whether devices that are not there are said to see or hear people."""
    return answers.get("space") == "none" and answers.get("senses") in ("yes", "unsure")


def reasons_in_words(tender: Tender) -> list[tuple[str, str]]:
    """Return what each reason of a draft is about, and what it says."""
    draft = planned.of_draft(tender)
    titles = {f"section:{s.id}": s.title for s in draft.questionnaire.sections}
    titles |= {f"question:{q.id}": f"{q.id} {q.title}" for q in draft.questionnaire.bare_questions}
    return [
        (titles.get(reason["about"], draft.questionnaire.title), reason["says"])
        for reason in draft.plan["reasons"]
        if reason["about"] == "pack" or reason["about"] in titles
    ]


def today() -> date:
    return clock.london(clock.arrived_at()).date()


def answers_in_words(answers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return title and chosen answer of each question."""
    figures = shipped_law().figures(today())
    return [
        (question.title, with_figures(option.label, figures))
        for question in shipped_triage().questions
        for option in question.options
        if option.value == answers.get(question.id)
    ]


def proposed_to(authority_id: int, answers: Mapping[str, str]) -> Proposed:
    """Return what is proposed for a new tender, from the edition the authority works with."""
    return _proposed(version_of(authority_id), canonical_json(dict(answers)))


def proposed_for(tender: Tender, answers: Mapping[str, str]) -> Proposed:
    """Return what is proposed instead of what a draft asks now, from the edition it rests on."""
    draft = planned.of_draft(tender)
    proposed = _proposed(draft.plan["edition"], canonical_json(dict(answers)))
    reasons = kept_reasons(draft.plan, proposed.questionnaire)
    specs = proposed.questionnaire.fact_specs
    return replace(
        proposed,
        plan={**proposed.plan, "reasons": [*proposed.plan["reasons"], *reasons]},
        changes=replacement(draft.questionnaire, proposed.questionnaire),
        facts=tuple(
            replace(line, stays=show_answer(specs[name], tender.facts[name]))
            if not is_empty(tender.facts.get(name)) and tender.facts[name] != value
            else line
            for (name, value), line in zip(
                proposed.proposal.facts.items(), proposed.facts, strict=True
            )
        ),
    )


@lru_cache(maxsize=64)
def _proposed(edition: str, answers_text: str) -> Proposed:
    """Worked out once per process: the same answers and edition propose the same."""
    answers: dict[str, str] = json.loads(answers_text)
    found = loader.edition(edition)
    proposal = propose(shipped_triage(), answers, found)
    plan = plan_from_pack(
        edition, proposal.raw_pack, reasons=proposal.plan_reasons(), triage=answers
    )
    questionnaire = questionnaire_of_plan(found.bank, plan)
    return Proposed(
        answers=answers,
        proposal=proposal,
        questionnaire=questionnaire,
        plan=plan,
        edition=edition,
        facts=tuple(
            FactLine(
                questionnaire.fact_specs[name].label,
                show_answer(questionnaire.fact_specs[name], value),
                proposal.reasons_for(f"fact:{name}")[0].says,
            )
            for name, value in proposal.facts.items()
        ),
    )


def details_form(proposed: Proposed) -> DetailsForm:
    """Return the form of a new tender whose questions are chosen already."""
    form = DetailsForm()
    chosen = proposed.plan["pack"]["id"]
    form.pack_id.choices = [Choice(chosen, proposed.questionnaire.title)]
    form.pack_id.data = chosen
    form.pack_id.validators = []
    return form


def start_tender(details: service.Details, proposed: Proposed, *, by: Viewer) -> Tender:
    """Make a draft that asks what is proposed, its facts filled in. Raises ReferenceTaken."""
    with transaction():
        tender = service.create_tender(details, by=by, plan=proposed.plan)
        if proposed.proposal.facts:
            service.set_facts(tender, proposed.proposal.facts, by=by)
    return tender


def use_in_draft(tender: Tender, proposed: Proposed, *, based_on: str, by: Viewer) -> None:
    """Ask in a draft what is proposed; facts that an officer entered stay as they are.

    Raises PlanChanged and TenderPublished.
    """
    with transaction():
        service.change_plan(tender, lambda _: proposed.plan, by=by, based_on=based_on, note=NOTE)
        entered = {name: value for name, value in tender.facts.items() if not is_empty(value)}
        facts = {**proposed.proposal.facts, **entered}
        if facts != tender.facts:
            service.set_facts(tender, facts, by=by)
