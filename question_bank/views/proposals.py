"""Changes that authorities and suppliers propose to questions of the bank."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from question_bank import loader
from question_bank.forms.proposals import ACCEPT, DecisionForm, ProposalForm, RemarkForm
from question_bank.models import ProposalState
from question_bank.queries import proposals as queries
from question_bank.rules.places import Place, place_in_words, places_of, texts_of
from question_bank.rules.proposals import WHOLE, export_document, longest_at, suggested
from question_bank.rules.reading.plain import Raw
from question_bank.rules.wording import word_marks
from question_bank.service import proposals as service
from question_bank.views.base import pages

STATES: Mapping[ProposalState, tuple[str, str]] = {
    ProposalState.OPEN: ("Waiting", "blue"),
    ProposalState.ACCEPTED: ("Accepted", "green"),
    ProposalState.DECLINED: ("Declined", "grey"),
}


@pages.route("/questions/<string:question>/propose", methods=["GET", "POST"])
@requires(Permission.BANK_PROPOSE)
def propose(question: str) -> ResponseReturnValue:
    raw = queries.raw_question(question)
    if raw is None:
        abort(404)
    place = request.args.get("place", "")
    if not place:
        return render_template(
            "question_bank/proposal_places.html", question=raw, groups=_groups(raw), WHOLE=WHOLE
        )
    texts = texts_of(raw)
    if place != WHOLE and place not in texts:
        abort(404)
    form = RemarkForm() if place == WHOLE else ProposalForm(texts[place], longest_at(place))
    if form.validate_on_submit():
        try:
            _store(raw, place, form)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Your proposal is with the stewards of the question bank")
            return redirect(url_for("question_bank.proposals"))
    places = places_of(raw)
    return render_template(
        "question_bank/proposal_new.html",
        question=raw,
        form=form,
        place_words=place_in_words(places[place]) if place in places else None,
        present=texts.get(place),
    )


def _store(raw: Raw, place: str, form: RemarkForm | ProposalForm) -> None:
    suggestion = form.suggestion.data if isinstance(form, ProposalForm) else ""
    wanted = suggested(raw, place, suggestion or "", form.reason.data or "")
    service.propose(wanted, edition=loader.newest_edition().version, by=signed_in_user())


def _groups(raw: Raw) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return the texts of a question under headings: stored name, place in words, text."""
    texts = texts_of(raw)
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for name, place in places_of(raw).items():
        entry = (name, place_in_words(_within_part(place)), texts[name])
        groups.setdefault(_heading(place), []).append(entry)
    return list(groups.items())


def _heading(place: Place) -> str:
    if place[0] == "parts":
        return f"Part {place[1]}"
    return "What good looks like" if place[0] == "levels" else "The question"


def _within_part(place: Place) -> Place:
    return place[2:] if place[0] == "parts" else place


@pages.get("/proposals")
@requires(Permission.BANK_READ)
def proposals() -> ResponseReturnValue:
    viewer = signed_in_user()
    return render_template(
        "question_bank/proposals.html",
        proposals=queries.proposals_for(viewer),
        decides=viewer.may(Permission.BANK_DECIDE),
        proposes=viewer.may(Permission.BANK_PROPOSE),
        most=queries.MOST_LISTED,
        STATES=STATES,
    )


@pages.get("/proposals/<token:proposal>")
@requires(Permission.BANK_READ)
def proposal(proposal: str) -> ResponseReturnValue:
    return _proposal_page(queries.proposal_for(signed_in_user(), proposal), DecisionForm())


@pages.post("/proposals/<token:proposal>/decide")
@requires(Permission.BANK_DECIDE)
def decide_proposal(proposal: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    listed = queries.proposal_for(viewer, proposal)
    form = DecisionForm()
    if form.validate_on_submit():
        try:
            service.decide(
                listed.proposal,
                accept=form.decision.data == ACCEPT,
                reason=form.reason.data,
                by=viewer,
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
            listed = queries.proposal_for(viewer, proposal)
        else:
            flash("Your decision is recorded")
            return redirect(url_for("question_bank.proposal", proposal=proposal))
    return _proposal_page(listed, form)


def _proposal_page(listed: queries.Listed, form: DecisionForm) -> ResponseReturnValue:
    kept = listed.proposal
    viewer = signed_in_user()
    newest = loader.newest_edition().version
    now = queries.present_now(kept)
    return render_template(
        "question_bank/proposal.html",
        listed=listed,
        proposal=kept,
        title=(queries.raw_question(kept.question_id, kept.edition) or {}).get("title", ""),
        marks=word_marks(kept.present, kept.suggestion),
        newest=newest,
        now=now,
        is_merged=queries.is_merged(kept),
        has_moved=kept.place != WHOLE and now != kept.present,
        decides=viewer.may(Permission.BANK_DECIDE),
        is_open=kept.state is ProposalState.OPEN,
        WHOLE=WHOLE,
        STATES=STATES,
        form=form,
    )


@pages.get("/proposals/accepted.yml")
@requires(Permission.BANK_DECIDE)
def accepted_proposals() -> ResponseReturnValue:
    document = export_document(loader.newest_edition().version, queries.accepted())
    return Response(
        loader.write_yaml(document),
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="accepted-proposals.yml"'},
    )
