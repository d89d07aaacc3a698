"""Drafts for the public made from the winner's answers, to take away: datasets, chain, record."""

from __future__ import annotations

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from records.drafting import Drafting
from records.open_guide import shipped_record_form, shipped_sheets
from records.queries.results import results_of
from records.rules.drafts import atrs, datasets
from records.rules.ocds import open_json
from records.shown import said_on
from records.views.blueprint import pages
from records.views.open_data import HUB
from tenders.queries import tender_for

DRAFTS = HUB + "/drafts"


def drafting_for(token: str) -> Drafting:
    """Return what drafts are made of. Raises NoResultFound, also before results are released."""
    found = tender_for(signed_in_user(), token, to=Permission.TENDER_EDIT)
    if not results_of(found):
        raise NoResultFound
    return Drafting(found)


def record_for(token: str) -> Drafting:
    """Return the same for a tender that may need an algorithmic record. Raises NoResultFound."""
    drafting = drafting_for(token)
    if not drafting.wants_record:
        raise NoResultFound
    return drafting


@pages.get(DRAFTS)
@requires(Permission.TENDER_EDIT)
def public_drafts(tender: str) -> ResponseReturnValue:
    drafting = drafting_for(tender)
    return render_template(
        "records/drafts.html",
        tender=drafting.tender,
        datasets=drafting.datasets,
        sources=datasets.SOURCES,
        elements=drafting.elements,
        kept_back=sum(len(bid.kept_back) for bid in drafting.winners),
        lines=drafting.record_lines() if drafting.wants_record else [],
        comes_from=atrs.comes_from,
    )


@pages.get(DRAFTS + "/datasets.json")
@requires(Permission.TENDER_EDIT)
def datasets_json(tender: str) -> ResponseReturnValue:
    made = open_json(datasets.as_dcat(drafting_for(tender).datasets))
    return _file(made, "datasets.json", "application/json")


@pages.get(DRAFTS + "/datasets.csv")
@requires(Permission.TENDER_EDIT)
def datasets_csv(tender: str) -> ResponseReturnValue:
    return _file(datasets.as_csv(drafting_for(tender).datasets), "datasets.csv", "text/csv")


@pages.get(DRAFTS + "/chain.json")
@requires(Permission.TENDER_EDIT)
def chain_json(tender: str) -> ResponseReturnValue:
    """The data chain as the officer saved it, and what was proposed with the reasons."""
    drafting = drafting_for(tender)
    said = said_on(shipped_sheets().pages["chain"], drafting.public)
    made = {
        "accountable": _line(said, "chain_accountable"),
        "purpose": _line(said, "chain_purpose"),
        "elements": drafting.public.get("chain_elements") or [],
        "retention": _line(said, "chain_kept"),
        "proposed": [{"id": one.id, "because": one.because} for one in drafting.elements],
    }
    return _file(open_json(made), "data-chain.json", "application/json")


def _line(said: object, name: str) -> str:
    row = said.get(name) if isinstance(said, dict) else None
    return " ".join(row.words) if row else ""


@pages.get(DRAFTS + "/atrs.json")
@requires(Permission.TENDER_EDIT)
def record_json(tender: str) -> ResponseReturnValue:
    made = atrs.as_json(shipped_record_form(), record_for(tender).record_lines())
    return _file(open_json(made), "atrs-draft.json", "application/json")


@pages.get(DRAFTS + "/atrs.csv")
@requires(Permission.TENDER_EDIT)
def record_csv(tender: str) -> ResponseReturnValue:
    return _file(atrs.as_csv(record_for(tender).record_lines()), "atrs-draft.csv", "text/csv")


@pages.get(DRAFTS + "/atrs.md")
@requires(Permission.TENDER_EDIT)
def record_markdown(tender: str) -> ResponseReturnValue:
    drafting = record_for(tender)
    lines = drafting.record_lines()
    made = atrs.as_markdown(drafting.tender.title, shipped_record_form(), lines)
    return _file(made, "atrs-draft.md", "text/markdown")


def _file(text: str, name: str, kind: str) -> Response:
    return Response(
        text, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
