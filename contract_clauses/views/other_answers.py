"""How what a supplier commits to would differ with another answer. Nothing here saves anything."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses import queries
from contract_clauses.queries import MyCommitments
from contract_clauses.rules.options_compared import Candidate, Compared, Consequence, compared
from contract_clauses.rules.outline_differences import differences
from contract_clauses.views.base import pages
from contract_clauses.views.places import OwnPlaces
from question_bank.rules.answers import show_answer
from question_bank.rules.kinds import is_empty
from question_bank.rules.kinds.choices import ANSWERS_IN_WORDS
from question_bank.rules.questions import Kind, Option, Part
from supplier_portal.fields import Entry, posted_entry, stored_entry

PART = "/bids/<token:bid>/commitments/answers/<string:part>"
# The name of the boxes in which another answer is typed.
NAME = "answer"
# More options than this are not set out side by side: each costs a computation of its own.
MOST_OPTIONS = 12
OPTION_KINDS = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.COMMITMENT})
COMPARED_KINDS = OPTION_KINDS | {
    Kind.NUMBER,
    Kind.MONEY,
    Kind.DURATION,
    Kind.DATE,
    Kind.URL,
    Kind.COUNTRY,
    Kind.CERTIFICATE,
    Kind.RECORD,
}
# What a comparison takes for the words of an exception: no clause depends on them.
EXCEPTION = "To be written"


def can_compare(part: Part | None) -> bool:
    """Return whether another answer to ``part`` can be tried: words, files and tables cannot."""
    return part is not None and part.kind in COMPARED_KINDS


@pages.get("/bids/<token:bid>/commitments/answers")
@requires(Permission.BID_READ)
def choose_part(bid: str) -> ResponseReturnValue:
    """Take the part chosen on the page of commitments to its own page."""
    return answers(bid, request.args.get("part", ""))


@pages.get(PART)
@requires(Permission.BID_READ)
def answers(bid: str, part: str) -> ResponseReturnValue:
    """Set every answer that a part offers side by side, with what each leads to."""
    found = queries.my_commitments(signed_in_user(), bid)
    asked = _part(found, part)
    entry = stored_entry(_as_asked(asked), NAME, _as_typed(asked, found.answers.get(part)))
    return _page(found, asked, entry, table=options_compared(found, asked))


@pages.get(PART + "/compare")
@requires(Permission.BID_READ)
def compare(bid: str, part: str) -> ResponseReturnValue:
    """Compare what the answers lead to now with what they would with one other answer."""
    found = queries.my_commitments(signed_in_user(), bid)
    asked = _part(found, part)
    entry = posted_entry(_as_asked(asked), NAME, request.args)
    value = _read(asked, entry)
    if asked.id not in found.evaluation.situation.parts:
        return _page(found, asked, stored_entry(_as_asked(asked), NAME, None))
    if entry.all_errors():
        return _page(found, asked, entry, table=options_compared(found, asked)), 422
    other = found.with_answer(part, value)
    flags = {fired.rule for fired in found.evaluation.findings.flags}
    others = {fired.rule for fired in other.evaluation.findings.flags}
    return _page(
        found,
        asked,
        entry,
        other=show_answer(asked, value),
        changes=differences(found.outline, other.outline, found.library),
        raised=[_flag(f) for f in other.evaluation.findings.flags if f.rule not in flags],
        gone=[_flag(f) for f in found.evaluation.findings.flags if f.rule not in others],
        also_asked=_only_asked(other, found),
        no_longer_asked=_only_asked(found, other),
        is_the_same=found.answers.get(part) == value,
    )


def options_compared(found: MyCommitments, asked: Part) -> Compared | None:
    """Return each option with what it leads to; None for a part that offers none, or too many."""
    if not 0 < len(_options(asked)) <= MOST_OPTIONS:
        return None
    now = found.answers.get(asked.id)
    return compared(
        [
            _candidate(found.with_answer(asked.id, value), label, asked, _is_now(asked, now, value))
            for label, value in _options(asked)
        ],
        found.library,
    )


def _page(found: MyCommitments, asked: Part, entry: Entry, **shown: Any) -> str:
    place = OwnPlaces(found.bid.token, found.questionnaire)
    now = found.answers.get(asked.id)
    return render_template(
        "contract_clauses/other_answers.html",
        bid=found.bid,
        part=asked,
        question=found.questionnaire.question_of_part(asked.id),
        entry=entry,
        is_asked=asked.id in found.evaluation.situation.parts,
        now="" if is_empty(now) else show_answer(asked, now),
        place=place,
        **shown,
    )


def _part(found: MyCommitments, part_id: str) -> Part:
    part = found.questionnaire.parts.get(part_id)
    if part is None or not can_compare(part):
        abort(404)
    return part


def _options(asked: Part) -> list[tuple[str, Any]]:
    if asked.kind is Kind.COMMITMENT:
        return [(words, _committed(value)) for value, words in ANSWERS_IN_WORDS.items()]
    many = asked.kind is Kind.CHOICES
    return [(o.label, [o.value] if many else o.value) for o in asked.options]


def _committed(answer: str) -> dict[str, str]:
    return {"answer": answer} if answer == "yes" else {"answer": answer, "exception": EXCEPTION}


def _is_now(asked: Part, now: Any, value: Any) -> bool:
    if asked.kind is Kind.COMMITMENT:
        return isinstance(now, dict) and now.get("answer") == value["answer"]
    return bool(now == value)


def _as_asked(asked: Part) -> Part:
    """Return the part as it is tried: a commitment without the words of its exception."""
    if asked.kind is not Kind.COMMITMENT:
        return asked
    options = tuple(Option(value, words) for value, words in ANSWERS_IN_WORDS.items())
    return replace(asked, kind=Kind.CHOICE, options=options, messages={})


def _as_typed(asked: Part, value: Any) -> Any:
    return value.get("answer") if asked.kind is Kind.COMMITMENT and value else value


def _read(asked: Part, entry: Entry) -> Any:
    """Return the other answer as it would be stored; what is wrong is noted at the entry."""
    read = entry.read()
    if not entry.all_errors() and is_empty(read.value):
        entry.errors.append("Enter another answer to compare with yours")
    if asked.kind is Kind.COMMITMENT and not entry.errors:
        return _committed(read.value)
    return read.value


def _candidate(other: MyCommitments, label: str, asked: Part, is_now: bool) -> Candidate:
    return Candidate(
        label,
        is_now,
        other.outline,
        tuple(_flag(fired) for fired in other.evaluation.findings.flags),
        tuple(Consequence(p.risk.id, p.risk.title) for p in other.evaluation.risks),
        tuple(
            Consequence(part.id, part.label)
            for part in other.evaluation.situation.parts.values()
            if part.shown_when is not None and part.id != asked.id
        ),
    )


def _flag(fired: Any) -> Consequence:
    return Consequence(fired.rule, fired.flag.says, str(fired.flag.severity))


def _only_asked(one: MyCommitments, other: MyCommitments) -> list[Part]:
    elsewhere = other.evaluation.situation.parts
    return [p for name, p in one.evaluation.situation.parts.items() if name not in elsewhere]
