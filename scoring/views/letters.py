"""The outbox: every letter previewed, changed, redacted, read by somebody; all released at once."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.again import asks_again
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from foundation.fields import Form
from scoring import queries, service
from scoring.deciding_forms import (
    BasedOnForm,
    LetterForm,
    ReleaseForm,
    ReviewForm,
    WithholdForm,
)
from scoring.queries import EvaluatedBid
from scoring.queries.deciding import Deciding, deciding
from scoring.queries.letters import InOutbox, outbox_of, readers_of
from scoring.queries.reading import readable_bid
from scoring.queries.remembered import once_a_page
from scoring.rules.letters import EXEMPTIONS
from scoring.service.evaluating import EVALUATED_AT
from scoring.views.blueprint import pages
from scoring.views.results import words_of_summaries
from tenders.models import Tender

OUTBOX = "/tenders/<token:tender>/letters"
LETTER = "/bids/<token:bid>/letter"


@pages.get(OUTBOX)
@requires(Permission.MARK_READ)
def letters(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.MARK_READ)
    return _outbox_page(deciding(viewer, found), ReleaseForm())


@pages.post(OUTBOX)
@requires(Permission.RESULT_RELEASE)
def prepare_letters(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.RESULT_RELEASE)
    form = Form()
    if form.validate_on_submit():
        try:
            count = service.prepare_letters(found, by=viewer)
        except DomainError as error:
            form.add_error(str(error))
        else:
            flash(
                f"{count} {'letter is' if count == 1 else 'letters are'} prepared: somebody else "
                "reads each one"
            )
            return redirect(url_for("scoring.letters", tender=tender))
    return _outbox_page(deciding(viewer, found), form), 422


@pages.post("/tenders/<token:tender>/results")
@requires(Permission.RESULT_RELEASE)
@asks_again
def release_results(tender: str) -> ResponseReturnValue:
    """Send every letter with its summary at one moment."""
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.RESULT_RELEASE)
    form = ReleaseForm()
    if form.validate_on_submit():
        try:
            count = service.release_results(found, by=viewer)
        except DomainError as error:
            form.add_error(str(error))
        else:
            flash(f"The results are released to {'the bidder' if count == 1 else 'all'}")
            return redirect(url_for("scoring.results", tender=tender))
    return _outbox_page(deciding(viewer, found), form), 422


@pages.get(LETTER)
@requires(Permission.MARK_READ)
def letter(bid: str) -> ResponseReturnValue:
    """Show a letter in the outbox; once it is released, lead to what its bidder was told."""
    if _evaluated(bid, Permission.MARK_READ).stage in EVALUATED_AT:
        return _letter_page(*_letter(bid, Permission.MARK_READ)[1:])
    found = queries.bid_in_evaluation(signed_in_user(), bid, to=Permission.MARK_READ)
    if not queries.released_results([found]):
        raise NoResultFound
    return redirect(url_for("scoring.released_result", bid=bid))


@pages.post(LETTER)
@requires(Permission.RESULT_RELEASE)
def write_letter(bid: str) -> ResponseReturnValue:
    found, _now, _one = _letter(bid, Permission.RESULT_RELEASE)
    form = LetterForm()
    if form.validate_on_submit():
        try:
            service.write_letter(
                found,
                form.opening.data or "",
                form.why.data or "",
                form.address.data or "",
                based_on=form.number,
                by=signed_in_user(),
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            return _saved(bid, "The letter is saved: it has to be read again")
    return _refused(bid, form, writing=form)


@pages.post(LETTER + "/withheld")
@requires(Permission.RESULT_RELEASE)
def withhold(bid: str) -> ResponseReturnValue:
    found, _now, one = _letter(bid, Permission.RESULT_RELEASE)
    form = WithholdForm()
    form.offer(_questions(one))
    if form.validate_on_submit():
        try:
            service.withhold(found, form.withheld, based_on=form.number, by=signed_in_user())
        except DomainError as error:
            field = "withheld_because" if error.field == "reason" else error.field
            form.add_error(str(error), field)
        else:
            return _saved(bid, "It is left out for the others: a second officer has to approve it")
    return _refused(bid, form, withholding=form)


@pages.post(LETTER + "/told/<int:number>")
@requires(Permission.RESULT_RELEASE)
def tell_after_all(bid: str, number: int) -> ResponseReturnValue:
    found, _now, _one = _letter(bid, Permission.RESULT_RELEASE)
    form = BasedOnForm()
    if form.validate_on_submit():
        try:
            service.tell_after_all(found, number, based_on=form.number, by=signed_in_user())
        except DomainError as error:
            form.add_error(str(error))
        else:
            return _saved(bid, "It is told to the others after all")
    return _refused(bid, form)


@pages.post(LETTER + "/approval")
@requires(Permission.AWARD_APPROVE)
def review_letter(bid: str) -> ResponseReturnValue:
    found, _now, _one = _letter(bid, Permission.AWARD_APPROVE)
    form = ReviewForm()
    if form.validate_on_submit():
        try:
            service.review_letter(
                found, based_on=form.number, shown=form.shown.data or "", by=signed_in_user()
            )
        except DomainError as error:
            form.add_error(str(error))
        else:
            flash(f"You read the letter to {found.name} and found it right")
            return redirect(url_for("scoring.letters", tender=found.tender.token))
    return _refused(bid, form)


def _letter(token: str, to: Permission) -> tuple[EvaluatedBid, Deciding, InOutbox]:
    """Return a letter that is prepared and not released. Raises NoResultFound."""
    tender = _evaluated(token, to)
    if tender.stage not in EVALUATED_AT:
        raise NoResultFound
    now = deciding(signed_in_user(), tender)
    one = next((each for each in outbox_of(now) if each.bid.token == token), None)
    if one is None:
        raise NoResultFound
    return one.bid, now, one


def _evaluated(token: str, to: Permission) -> Tender:
    """Return the tender of a bid the viewer may read. Raises NoResultFound and MustDeclareFirst."""
    viewer = signed_in_user()
    return once_a_page(("bid", token, to), lambda: readable_bid(viewer, token, to=to)).tender


def _saved(bid: str, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("scoring.letter", bid=bid))


def _questions(one: InOutbox) -> list[tuple[str, str]]:
    return [
        (asked.id, asked.question.title)
        for asked in one.bid.questionnaire.questions
        if asked.is_marked
    ]


def _refused(
    bid: str,
    form: Form,
    *,
    writing: LetterForm | None = None,
    withholding: WithholdForm | None = None,
) -> ResponseReturnValue:
    """Show the letter as it is now, with what was typed and why it was not done."""
    _found, now, one = _letter(bid, Permission.MARK_READ)
    page = _letter_page(now, one, submitted=form, writing=writing, withholding=withholding)
    return page, 422


def _outbox_page(now: Deciding, form: Form) -> str:
    viewer, tender = signed_in_user(), now.tender
    return render_template(
        "scoring/letters.html",
        tender=tender,
        now=now,
        form=form,
        releasing=form if isinstance(form, ReleaseForm) else ReleaseForm(formdata=None),
        outbox=outbox_of(now),
        is_open=tender.stage in EVALUATED_AT,
        may_release=viewer.may(Permission.RESULT_RELEASE, tender_id=tender.id),
    )


def _letter_page(
    now: Deciding,
    one: InOutbox,
    *,
    submitted: Form | None = None,
    writing: LetterForm | None = None,
    withholding: WithholdForm | None = None,
) -> str:
    viewer, tender = signed_in_user(), now.tender
    letter = one.letter
    writing = writing or LetterForm(
        formdata=None,
        data={"opening": letter.opening, "why": letter.why, "address": letter.address},
    )
    withholding = withholding or WithholdForm(formdata=None)
    withholding.offer(_questions(one))
    return render_template(
        "scoring/letter.html",
        tender=tender,
        one=one,
        now=now,
        exemptions=EXEMPTIONS,
        submitted=submitted,
        writing=writing,
        withholding=withholding,
        may_write=viewer.may(Permission.RESULT_RELEASE, tender_id=tender.id),
        may_review=viewer.may(Permission.AWARD_APPROVE, tender_id=tender.id),
        readers=readers_of(tender, one),
        is_writer=one.is_read_by_another_than(viewer.person_id),
        **words_of_summaries(),
    )
