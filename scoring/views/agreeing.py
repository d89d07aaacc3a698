"""The page on which the panel agrees one mark for one question of one bid, and its chair signs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from scoring import queries, service
from scoring.agreeing_forms import AgreeForm, as_agreed
from scoring.guarding import judged
from scoring.marking import citable, passages_in
from scoring.queries import EvaluatedBid, may_see_marks
from scoring.queries.bid_questions import open_about
from scoring.queries.evaluators import Evaluator, who_may
from scoring.queries.moderation import Table, agreed_before, reasons_elsewhere, table_of
from scoring.rules.citing import cites_stored
from scoring.rules.descriptors import BOX, MET, UNMET, points_said
from scoring.rules.guards import IN_WORDS, Guard, guards_for_agreement, unseen
from scoring.service.evaluating import EVALUATED_AT
from scoring.service.quality import last_said
from scoring.shown import question_flags, shown_parts
from scoring.views.blueprint import pages
from tenders.models import Tender
from tenders.rules.questionnaire import AskedQuestion

LOOK_AGAIN = "Select that you have seen what seems odd, or change the mark or its reason"


@dataclass(frozen=True)
class Meeting:
    """One question of one bid before the panel."""

    bid: EvaluatedBid
    asked: AskedQuestion
    table: Table

    def odd(self, mark: int, reason: str, points: Mapping[str, bool]) -> tuple[Guard, ...]:
        """Return what seems odd about the mark that is about to be signed."""
        elsewhere = reasons_elsewhere(self.bid.opened.bid, self.asked.id)
        about = judged(self.bid, self.asked, mark, reason, points, elsewhere)
        given = {one.evaluator.name: one.mark for one in self.table.marks.values()}
        return guards_for_agreement(about, given)

    @cached_property
    def asked_of_bidder(self) -> str:
        """Return what the bidder was asked and is not settled, or ""."""
        return open_about(self.bid.opened.bid.id, self.asked.id)

    @property
    def at_work(self) -> bool:
        """Return whether anything can still be signed, now or once what it waits for is there."""
        return self.bid.tender.stage in EVALUATED_AT

    @property
    def why_not(self) -> str:
        """Return why nothing can be signed now, as a sentence, or ""."""
        if not self.at_work:
            stage = self.bid.tender.stage
            return f"Marks are no longer agreed because the tender is at the {stage} stage."
        why = self.table.why_not or self.asked_of_bidder
        return f"You cannot agree a mark because {why}." if why else ""


@pages.route("/bids/<token:bid>/questions/<string:question>/agree", methods=["GET", "POST"])
@requires(Permission.MARK_AGREE)
def agree(bid: str, question: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.bid_in_evaluation(viewer, bid, to=Permission.MARK_AGREE)
    asked = found.questionnaire.question(question) or abort(404)
    if not asked.is_marked:
        abort(404)
    if not may_see_marks(viewer, found.tender):
        return render_template("scoring/agree_closed.html", tender=found.tender)
    meeting = Meeting(found, asked, table_of(found, question))
    form = AgreeForm(data=as_agreed(found.marks.get(question)))
    form.offer(panel_of(found.tender))
    points = _points(meeting, form)
    odd: tuple[Guard, ...] = ()
    if form.validate_on_submit():
        odd = meeting.odd(int(form.mark.data), form.reason.data or "", points)
        if _sign(form, meeting, points, odd):
            flash(f"The agreed mark for {question} of {found.name} is signed")
            return redirect(url_for("scoring.moderation", tender=found.tender.token))
    return _page(form, meeting, points, odd), 422 if form.errors else 200


def panel_of(tender: Tender) -> list[Evaluator]:
    """Return who may have been at a meeting: those who may mark and those who may sign."""
    found = {one.person_id: one for one in who_may(tender, Permission.MARK_WRITE)}
    found |= {one.person_id: one for one in who_may(tender, Permission.MARK_AGREE)}
    return sorted(found.values(), key=lambda one: (one.name.casefold(), one.person_id))


def _sign(
    form: AgreeForm, meeting: Meeting, points: Mapping[str, bool], odd: Iterable[Guard]
) -> bool:
    if unseen(odd, form.seen_keys):
        form.add_error(LOOK_AGAIN, "seen")
        return False
    try:
        service.agree_mark(
            meeting.bid, meeting.asked.id, form.given(points, odd), by=signed_in_user()
        )
    except service.AgreementOvertaken as error:
        if error.field == "mark":
            last = agreed_before(meeting.bid.opened.bid.id, meeting.asked.id)
            form.rebase(last[-1].number if last else 0)
        form.add_error(str(error), error.field)
    except service.NotInEvaluation:
        raise
    except DomainError as error:
        form.add_error(str(error), error.field)
    else:
        return True
    return False


def _points(meeting: Meeting, form: AgreeForm) -> dict[str, bool]:
    """Return what the points say in the form: as sent, as agreed before, or as all ticked them."""
    if form.is_submitted():
        return points_said(meeting.asked.question.levels, request.form)
    stands = meeting.bid.marks.get(meeting.asked.id)
    if stands is not None:
        return dict(stands.points)
    ticked = [mark.points for mark in meeting.table.marks.values()]
    return {
        key: met
        for key, met in (ticked[0] if ticked else {}).items()
        if all(points.get(key) == met for points in ticked)
    }


def _page(
    form: AgreeForm, meeting: Meeting, points: Mapping[str, bool], odd: tuple[Guard, ...]
) -> str:
    bid, asked = meeting.bid, meeting.asked
    parts = shown_parts(bid, asked.question)
    texts = citable(bid, parts)
    given = (*meeting.table.marks.values(), *meeting.table.replaced)
    return render_template(
        "scoring/agree.html",
        bid=bid,
        asked=asked,
        question=asked.question,
        section=bid.questionnaire.section_of(asked.id),
        table=meeting.table,
        why_not=meeting.why_not,
        asked_openly=meeting.asked_of_bidder,
        form=form,
        before=agreed_before(bid.opened.bid.id, asked.id),
        at_work=meeting.at_work,
        prices_seen=last_said(bid.tender.id) if meeting.at_work else None,
        said={BOX + key: MET if is_met else UNMET for key, is_met in points.items()},
        box=BOX,
        odd=odd,
        warned_in_words=IN_WORDS,
        level=bid.evaluation.levels[asked.id],
        parts=parts,
        passages={one.id: passages_in(texts, cites_stored(one.cites)) for one in given},
        flags=question_flags(bid, asked.question),
        scale=bid.questionnaire.bank.scale,
    )
