"""The questions of a draft's questionnaire: added, chosen in part, assessed, moved, removed."""

from __future__ import annotations

from decimal import Decimal

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires
from accounts.rules.roles import Permission
from foundation.fields import Choice
from question_bank.rules.questions import PartClass, Question
from tenders import building
from tenders.building import CLASSES, Offered
from tenders.forms import AddQuestionsForm, ChosenQuestionForm
from tenders.planned import Planned
from tenders.rules import plan as plans
from tenders.rules.plan import Entry, Plan
from tenders.views.base import pages
from tenders.views.plan import BUILD
from tenders.views.plan_base import draft_for, draft_page, found_or_404, press_button, save

# The page of the bank about one question, known by name; it is linked to where it exists.
BANK_PAGE = "question_bank.question"


@pages.route(f"{BUILD}/sections/<string:section>/questions", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def add_questions(tender: str, section: str) -> ResponseReturnValue:
    """List what is not asked yet, with a search; several can be chosen at once."""
    found, draft = draft_for(tender)
    kept = found_or_404(plans.section_in, draft.plan, section)
    search = request.values.get("q", "")
    form = AddQuestionsForm()
    shown = building.offered(draft, found.authority_id, search)
    ticked = request.form.getlist("question")
    if form.is_submitted():
        chosen = [one for one in shown if one.question.id in ticked]
        if not chosen:
            form.add_error("Select at least one question", "question")
        elif save(found, lambda plan: _with(plan, section, chosen), "questions added", form):
            flash(
                "1 question is added" if len(chosen) == 1 else f"{len(chosen)} questions are added"
            )
            return redirect(url_for(".build", tender=tender) + f"#section-{section}")
    return draft_page(
        "build_add_questions.html",
        found,
        form=form,
        section=kept,
        offered=shown,
        ticked=ticked,
        search=search,
    )


def _with(plan: Plan, section: str, chosen: list[Offered]) -> Plan:
    for one in chosen:
        plan = plans.add_question(
            plan,
            section,
            one.question.id,
            own=one.own.raw if one.own else None,
            assessed=plans.natural_class(one.question),
        )
    return plan


@pages.route(f"{BUILD}/questions/<string:question>", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def chosen_question(tender: str, question: str) -> ResponseReturnValue:
    """How one question is asked: its class, weight, least mark, parts, section and reason."""
    found, draft = draft_for(tender)
    entry = found_or_404(plans.entry_of, draft.plan, question)
    whole = draft.questionnaire.bank.questions[question]
    form = _form(draft, entry, whole)

    def change(plan: Plan) -> Plan:
        return _as_chosen(plan, question, whole, form)

    if form.validate_on_submit() and save(found, change, f"{question} changed", form):
        flash(f"{question} is saved")
        return redirect(url_for(".build", tender=tender) + f"#question-{question}")
    return draft_page(
        "build_question.html",
        found,
        form=form,
        question=whole,
        scale=draft.questionnaire.bank.scale,
        reasons=building.reasons_in_words(draft.plan, f"question:{question}"),
        newer=building.newer_own(draft, found.authority_id).get(question),
        bank_page=_bank_page(question, draft),
    )


def _form(draft: Planned, entry: Entry, whole: Question) -> ChosenQuestionForm:
    """Return the form of a question, filled with what is chosen now."""
    asked = draft.questionnaire.question(whole.id)
    if asked is None:
        raise NoResultFound
    needed = building.needed_by(draft, whole)
    threshold = entry.get("threshold")
    form = ChosenQuestionForm(
        data={
            "assessed": asked.assessed_as.value,
            "weight": asked.weight,
            "threshold": "" if threshold is None else str(threshold),
            "section": plans.section_with(draft.plan, whole.id)["id"],
            "parts": [part.id for part in asked.question.parts],
            "reason": building.own_reason(draft.plan, f"question:{whole.id}"),
        }
    )
    form.assessed.choices = [Choice(kind, *CLASSES[kind]) for kind in CLASSES]
    form.section.choices = [
        Choice(section["id"], section["title"]) for section in plans.sections_of(draft.plan)
    ]
    form.offer_parts(
        [
            Choice(part.id, f"{part.id} {part.label}", building.hint_of_part(part, needed[part.id]))
            for part in whole.parts
        ]
    )
    return form


def _as_chosen(plan: Plan, question: str, whole: Question, form: ChosenQuestionForm) -> Plan:
    assessed = PartClass(form.assessed.data)
    threshold = int(form.threshold.data) if form.threshold.data else None
    new = plans.set_assessment(plan, question, assessed, threshold)
    if assessed is PartClass.SCORED:
        new = plans.set_weights(new, questions={question: form.weight.data or Decimal(0)})
    chosen = form.parts.data
    new = plans.set_parts(new, question, None if len(chosen) == len(whole.parts) else chosen)
    new = plans.move_question(new, question, to_section=form.section.data)
    return plans.add_reason(new, f"question:{question}", form.reason.data or "")


@pages.route(f"{BUILD}/questions/<string:question>/remove", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def remove_question(tender: str, question: str) -> ResponseReturnValue:
    found, draft = draft_for(tender)
    found_or_404(plans.entry_of, draft.plan, question)
    if request.method == "POST":
        removed = press_button(
            found, lambda plan: plans.remove_question(plan, question), f"{question} removed"
        )
        if removed:
            flash(f"{question} is not asked any more")
        return redirect(url_for(".build", tender=tender))
    return draft_page(
        "build_remove_question.html",
        found,
        question=draft.questionnaire.bank.questions[question],
        dependents=building.read_elsewhere(draft, [question]),
    )


@pages.post(f"{BUILD}/questions/<string:question>/renew")
@requires(Permission.TENDER_EDIT)
def renew_question(tender: str, question: str) -> ResponseReturnValue:
    """Ask the newest ready version of an own question."""
    found, draft = draft_for(tender)
    newer = building.newer_own(draft, found.authority_id).get(question)
    if newer is None:
        raise NoResultFound
    if press_button(found, lambda plan: plans.renew_own(plan, newer.raw), f"{question} renewed"):
        flash(f"Version {newer.version} of {question} is asked now")
    return redirect(url_for(".chosen_question", tender=tender, question=question))


def _bank_page(question: str, draft: Planned) -> str:
    """Return the page of the bank about a shipped question; empty for an own one."""
    if BANK_PAGE not in current_app.view_functions or question in plans.own_ids(draft.plan):
        return ""
    return url_for(BANK_PAGE, question=question)
