"""Writing a clause in other words than the library's, or in another depth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses import queries, service
from contract_clauses.clause_forms import Sent, sent
from contract_clauses.queries import ScheduledBid
from contract_clauses.queries.redrafts import redrafts_of
from contract_clauses.queries.schedules import with_redraft
from contract_clauses.rules.advice import advice_on, chips, duty_advice, mistakes_in
from contract_clauses.rules.depths import depth_of
from contract_clauses.rules.library import ClauseTopic, Depth, Obligation
from contract_clauses.rules.parts import ScheduledClause
from contract_clauses.rules.redrafting import Redraft, key_of, written
from contract_clauses.rules.rewriting import (
    Typed,
    TypedDuty,
    as_typed,
    form_of,
    mistakes,
    next_key,
    redraft_of,
    shown,
    words_typed,
)
from contract_clauses.rules.variables import Filled
from contract_clauses.rules.word_differences import Piece
from contract_clauses.service.redrafting import redraft_clause
from contract_clauses.views.base import pages
from contract_clauses.views.clauses import (
    ADDRESS,
    Places,
    differences_in,
    may_read_answers,
)
from contract_clauses.views.spoiling import flash_saved
from foundation.errors import DomainError

PREVIEW, SAVE, ADD, LIBRARY, WHOLE = "preview", "save", "add", "library", "whole"
DEPTHS = {depth: number for number, depth in enumerate(Depth)}


@dataclass(frozen=True)
class Row:
    """A sub-clause in the form: what is typed, what the library says, what to say beside it."""

    key: str
    typed: str
    library: str = ""
    is_added: bool = False
    is_removed: bool = False
    after: str = ""
    is_conditional: bool = False
    obligation: Obligation | None = None
    duty: TypedDuty = TypedDuty()
    errors: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()

    @property
    def is_changed(self) -> bool:
        return not self.is_added and self.typed != self.library


@dataclass(frozen=True)
class Compared:
    """A clause as the library has it beside it as it would print; by key how words differ."""

    library: ScheduledClause
    printed: ScheduledClause
    differences: Mapping[str, tuple[Piece, ...]]


@pages.route(ADDRESS + "/words", methods=["GET", "POST"])
@requires(Permission.SCHEDULE_EDIT)
def redraft(bid: str, clause: str) -> ResponseReturnValue:
    found, topic = _found(bid, clause)
    depth = depth_of(found.evaluated.evaluation.situation.facts)
    row = found.redrafted.get(clause)
    if request.method == "GET":
        typed = form_of(topic, depth, found.redrafts.get(clause))
        number = row.number if row else 0
        return _page(found, topic, Sent(typed, "", number, "", ""))
    asked = _as_asked(found, topic, sent(request.form, topic, depth))
    if asked.asked not in (PREVIEW, SAVE):
        return _page(found, topic, asked)
    wrong = _mistakes(found, topic, asked.typed)
    if wrong:
        return _page(found, topic, asked, wrong=wrong), 422
    if asked.asked == PREVIEW:
        return _page(found, topic, asked, compared=_compared(found, topic, asked.typed))
    return _save(found, topic, asked, depth)


def _save(
    found: ScheduledBid, topic: ClauseTopic, asked: Sent, depth: Depth
) -> ResponseReturnValue:
    viewer = signed_in_user()
    words = redraft_of(topic, depth, asked.typed)
    try:
        redraft_clause(found, topic.id, words, asked.reason, based_on=asked.based_on, by=viewer)
    except service.Overtaken as error:
        now, _topic = _found(found.token, topic.id)
        row = now.redrafted.get(topic.id)
        # Sent again, it counts instead of what it overtook.
        asked = replace(asked, based_on=row.number if row else 0)
        return _page(now, topic, asked, overtaken=str(error)), 422
    except DomainError as error:
        return _page(found, topic, asked, wrong={error.field or "": [str(error)]}), 422
    flash_saved(
        found,
        f"The words of {topic.id} are saved"
        if words != Redraft()
        else f"{topic.id} is as the library has it again",
    )
    return redirect(url_for(".clause", bid=found.token, clause=topic.id))


def _found(bid: str, clause: str) -> tuple[ScheduledBid, ClauseTopic]:
    """Return the schedule and the topic; 404 for a clause that is not in it."""
    found = queries.scheduled_bid(signed_in_user(), bid, to=Permission.SCHEDULE_EDIT)
    topic = found.library.topics.get(clause)
    if topic is None or found.schedule.clause(clause) is None:
        abort(404)
    return found, topic


def _as_asked(found: ScheduledBid, topic: ClauseTopic, asked: Sent) -> Sent:
    """Return the form after one of its own buttons: a sub-clause more, or the library's words."""
    typed, about = asked.typed, asked.about
    if asked.asked == ADD and (about in typed.words or about == ""):
        key = next_key({*typed.words, *_ever_added(found, topic)})
        added = (*typed.added, (key, about))
        return replace(asked, typed=replace(typed, added=added), about=key)
    if asked.asked == LIBRARY and about in typed.words:
        words = {**typed.words, about: _library(topic).get(about, typed.words[about])}
        return replace(asked, typed=replace(typed, words=words, removed=typed.removed - {about}))
    if asked.asked == WHOLE:
        depth = depth_of(found.evaluated.evaluation.situation.facts)
        return replace(asked, typed=form_of(topic, depth, None))
    return asked


def _library(topic: ClauseTopic) -> dict[str, str]:
    return {key_of(place): as_typed(one) for place, one in enumerate(topic.text)}


def _ever_added(found: ScheduledBid, topic: ClauseTopic) -> set[str]:
    redraft = found.redrafts.get(topic.id)
    return {added.key for added in redraft.added} if redraft else set()


def _keys(topic: ClauseTopic, typed: Typed) -> frozenset[str]:
    return frozenset(key_of(place) for place in topic.places(typed.depth))


def _mistakes(found: ScheduledBid, topic: ClauseTopic, typed: Typed) -> dict[str, list[str]]:
    wrong = mistakes(typed, _keys(topic, typed))
    library = _library(topic)
    # Words of another depth are kept too, and have to stand up when it is chosen again.
    for key, text in typed.words.items():
        if key in typed.removed or text == library.get(key):
            continue
        for line in mistakes_in(words_typed(text), topic, found.library):
            wrong.setdefault(key, []).append(line)
    return wrong


def _compared(found: ScheduledBid, topic: ClauseTopic, typed: Typed) -> Compared | None:
    depth = depth_of(found.evaluated.evaluation.situation.facts)
    without = with_redraft(found, topic.id, None).clause(topic.id)
    printed = with_redraft(found, topic.id, redraft_of(topic, depth, typed)).clause(topic.id)
    if without is None or printed is None:
        return None
    return Compared(without, printed, differences_in(printed))


def _rows(
    found: ScheduledBid, topic: ClauseTopic, typed: Typed, wrong: Mapping[str, list[str]]
) -> list[Row]:
    depth = depth_of(found.evaluated.evaluation.situation.facts)
    library, after = _library(topic), dict(typed.added)
    in_schedule = [clause.id for clause in found.schedule.clauses]
    rows = []
    for one in written(topic, depth, shown(topic, depth, typed)):
        text = typed.words.get(one.key, "")
        words = words_typed(text)
        duty = typed.duties.get(one.key, TypedDuty())
        differs = one.is_added or text != library.get(one.key)
        advice: list[str] = []
        if differs and one.key not in typed.removed and words.text:
            has = bool(duty) if one.is_added else one.sub_clause.obligation is not None
            advice = [
                *advice_on(words, found.library, in_schedule),
                *duty_advice(words, is_added=one.is_added, has_obligation=has),
            ]
        rows.append(
            Row(
                one.key,
                text,
                library.get(one.key, ""),
                one.is_added,
                one.key in typed.removed,
                after.get(one.key, ""),
                one.sub_clause.when is not None,
                None if one.is_added else one.sub_clause.obligation,
                duty,
                tuple(wrong.get(one.key, ())),
                tuple(advice),
            )
        )
    return rows


def _page(
    found: ScheduledBid,
    topic: ClauseTopic,
    asked: Sent,
    *,
    wrong: Mapping[str, list[str]] | None = None,
    compared: Compared | None = None,
    overtaken: str = "",
) -> str:
    wrong = wrong or {}
    typed = asked.typed
    rows = _rows(found, topic, typed, wrong)
    here = {row.key for row in rows}
    library = _library(topic)
    default = depth_of(found.evaluated.evaluation.situation.facts)
    stands = found.schedule.clause(topic.id)
    # A mistake in words of another depth, which this page does not show.
    elsewhere = [line for key in wrong if key not in {*here, "", "reason"} for line in wrong[key]]
    return render_template(
        "contract_clauses/words.html",
        bid=found,
        topic=topic,
        asked=asked,
        typed=typed,
        rows=rows,
        carried={
            key: text
            for key, text in typed.words.items()
            if key not in here and (text != library.get(key) or key in typed.removed)
        },
        depths=[
            (depth, DEPTHS[depth] > DEPTHS[default], depth is default)
            for depth in Depth
            if depth in topic.depths
        ],
        default=default,
        chips=_chips(topic, found, stands),
        place=Places(found.evaluated.questionnaire, shown=may_read_answers(found)),
        wrong=wrong,
        elsewhere=elsewhere,
        compared=compared,
        overtaken=overtaken,
        stands=stands,
        history=redrafts_of([topic.id], found.evaluated.opened.bid),
    )


@dataclass(frozen=True)
class Chip:
    """Something that may stand in braces, with what it stands for here and where that is from."""

    token: str
    label: str
    value: Filled | None = None


def _chips(
    topic: ClauseTopic, found: ScheduledBid, stands: ScheduledClause | None
) -> tuple[list[Chip], list[Chip]]:
    """Return the variables of the clause, and everything else it can refer to."""
    values = {value.name: value for value in stands.variables} if stands else {}
    own: list[Chip] = []
    others: list[Chip] = []
    for token, label in chips(topic, found.library).items():
        name = token.strip("{}")
        known = name in topic.variables
        (own if known else others).append(Chip(token, label, values.get(name)))
    return own, others
