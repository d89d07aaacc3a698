"""The questions of the shared bank, for everybody to read: bidders prepare, boroughs choose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from flask import abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from accounts.access import current_viewer, public
from question_bank import loader
from question_bank.queries.shipped import shipped_index, shipped_names
from question_bank.rules.consequences import answers_raising, checks_of, leads_of
from question_bank.rules.crosswalk import controls_of
from question_bank.rules.own.saying import in_words
from question_bank.rules.questions import Part, Question
from question_bank.rules.search import Index, Wanted, find, in_order
from question_bank.views.base import pages

LONGEST_SEARCH = 200
# What an authority learned of a question from its tenders: a function of the viewer (or None) and
# the question's id to sentences and what they rest on, registered by a later station (app.py).
LEARNED = "learned_of_a_question"


@pages.get("/")
@public
def browse() -> ResponseReturnValue:
    bank, index = loader.shipped_bank(), shipped_index()
    wanted = _wanted(index)
    return render_template(
        "question_bank/browse.html",
        bank=bank,
        wanted=wanted,
        found=find(index, wanted),
        index=index,
        clause_titles=clause_titles(),
        control_named=_control_named(wanted.control),
    )


def _wanted(index: Index) -> Wanted:
    """Return what the address asks for; a filter that does not exist is left out."""
    known = {
        "topic": index.topics,
        "control": index.controls,
        "risk": index.risks,
        "clause": index.clauses,
    }
    given = {name: request.args.get(name, "") for name in known}
    return Wanted(
        words=" ".join(request.args.get("q", "").split())[:LONGEST_SEARCH],
        **{name: value for name, value in given.items() if value in known[name]},
    )


def _control_named(control: str) -> str:
    """Return a control in words, with the framework and its version; "" for none."""
    framework_id, _, control_id = control.partition(":")
    framework = loader.shipped_bank().frameworks.get(framework_id)
    found = framework.control(control_id) if framework else None
    return f"{found.id} {found.title} ({framework.title})" if framework and found else ""


@pages.get("/questions/<string:question>")
@public
def question(question: str) -> ResponseReturnValue:
    bank, known = loader.shipped_bank(), shipped_names()
    found = bank.questions.get(question)
    if found is None:
        abort(404)
    return render_template(
        "question_bank/question.html",
        bank=bank,
        question=found,
        covered=_covered(found),
        leads={part.id: leads_of(part, known) for part in found.parts},
        shown_when={
            part.id: in_words(part.shown_when, known) for part in found.parts if part.shown_when
        },
        passes_when=in_words(found.pass_when, known) if found.pass_when else "",
        controls=controls_of(found, bank.frameworks),
        checks=checks_of(found, bank.checks),
        learned=_learned(found.id),
        answering=[f for f in bank.frameworks.values() if _names(f.answered_by, found)],
        clause_titles=clause_titles(),
    )


def _learned(question_id: str) -> Any:
    """Return what the viewer's authority learned of a question; None for nothing, or nobody."""
    learned_of = current_app.extensions.get(LEARNED)
    return learned_of(current_viewer(), question_id) if learned_of else None


def _covered(question: Question) -> list[tuple[str, Part | None, str]]:
    """Return the requirements answered inside another part: what is asked, and where."""
    parts = loader.shipped_bank().parts
    return [
        (covered.ask, parts.get(covered.part), covered.column) for covered in question.covered_by
    ]


def _names(places: tuple[str, ...], question: Question) -> bool:
    own = {question.id, *(part.id for part in question.parts)}
    return any(place in own for place in places)


@pages.get("/risks")
@public
def risks() -> ResponseReturnValue:
    return render_template("question_bank/risks.html", risks=loader.shipped_bank().risks.values())


@pages.get("/risks/<string:risk>")
@public
def risk(risk: str) -> ResponseReturnValue:
    bank = loader.shipped_bank()
    found = bank.risks.get(risk)
    if found is None:
        abort(404)
    questions = in_order(bank.questions.values())
    return render_template(
        "question_bank/risk.html",
        risk=found,
        answers=answers_raising(risk, questions, shipped_names()),
        main_of=[question for question in questions if question.main_risk == risk],
        checks=[case for case in bank.checks if risk in case.flag.risks],
        clause_titles=clause_titles(),
    )


def clause_titles() -> Mapping[str, str]:
    """Return the clause topics by id: content of a later station, plugged in by the application."""
    library = current_app.extensions["frozen_libraries"].get("clauses")
    return _titles(library) if library else {}


@cache
def _titles(library: Callable[[], Mapping[str, Any]]) -> Mapping[str, str]:
    return {clause["id"]: clause["title"] for clause in library().get("clauses", ())}
