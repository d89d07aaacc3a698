"""What the authority holds of a tender apart from bids: the same whether there are any or none."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import undefer

from foundation.database import db
from records.models import OpenDataRelease
from records.pack import outcome, panel, tender_lists
from records.pack.items import Item, Section, Sections, Whole, fields, section, shown
from records.pack.named import with_names
from records.pack.tender_lists import amendments_of
from tenders import stated
from tenders.models import Amendment, PlanningSheet, Tender, TenderRisk
from tenders.planned import plan_of_draft
from tenders.queries import facts_of, frozen_text

ABOUT = (
    "reference", "title", "stage", "quality_weight", "closes_at", "questions_until", "published_at",
    "opened_at", "opens_strictly", "shows_count", "registration_open", "runs_elsewhere",
    "allows_qualifications", "last_saved_counts", "questionnaire_sha256", "cancelled_at",
    "cancelled_because", "content_destroyed_at", "created_at",
)  # fmt: skip


def tender_items(tender: Tender) -> Iterator[Item]:
    yield Sections("tender/about", "About the tender", partial(_about, tender))
    yield Sections("plan/outcome", "The statement of outcome", partial(_outcome, tender))
    yield from _sheets(tender)
    yield Sections("plan/risks", "Risks seen before publication", partial(_risks, tender))
    yield from _published(tender)
    for path, title, made in (
        ("decisions/approvals", "What two people decided", tender_lists.approvals),
        ("plan/model-tests", "The scoring model tried on made-up bids", tender_lists.model_tests),
        ("tender/notices", "Notices recorded", tender_lists.notices),
        ("tender/amendments", "Amendments", tender_lists.amendments),
        (
            "tender/clarifications",
            "Questions and answers, without who asked",
            tender_lists.clarifications,
        ),
        ("tender/invited", "Addresses invited to bid", tender_lists.invited),
        ("tender/participating", "Authorities that take part", tender_lists.participating),
        ("opening/outages", "When the service was not running", tender_lists.outages),
        (
            "opening/officers",
            "Officers who hold parts of the opening key",
            tender_lists.opening_parts,
        ),
        ("decisions/allocation", "Who was to mark what", panel.allocation),
        ("decisions/mark-locks", "When evaluators locked their marks", panel.locks),
        ("decisions/quality", "When quality was said to be agreed", panel.quality),
        ("decisions/recommendations", "How it was recommended to decide", outcome.recommendations),
        ("decisions/standstill", "From the results to the award", outcome.standstill),
        ("decisions/retention", "How long content is kept", tender_lists.retention),
        ("decisions/withheld", "What was withheld, and lifted", tender_lists.withheld),
    ):
        yield Sections(path, title, partial(made, tender))
    yield from _open_data(tender)


def _about(tender: Tender) -> list[Section]:
    about = {name: shown(getattr(tender, name)) for name in ABOUT}
    about["authority"] = tender.authority.name
    return [
        section("tender", "As it stands", fields(**about)),
        section("facts", "Facts about the contract", facts_of(tender)),
    ]


def _outcome(tender: Tender) -> list[Section]:
    statement = stated.statement_of(tender)
    told = fields(
        version=statement.version,
        saved_at=statement.saved_at,
        saved_by=statement.saved_by,
        shown_to_suppliers=statement.shown_to_suppliers,
    )
    return [
        section("saved", "When it was saved", told if statement.version else "Nothing is written"),
        *(
            section(
                page.id,
                page.title,
                {row.label: list(row.words) for row in page.rows},
            )
            for page in stated.sections_for_officer(tender, statement)
        ),
    ]


def _sheets(tender: Tender) -> Iterator[Item]:
    """Return each sheet of the plan, with every version it had."""
    topics = db.session.scalars(
        select(PlanningSheet.topic).where(PlanningSheet.tender_id == tender.id).distinct()
    )
    for topic in sorted(topics):
        title = f"Plan: {topic}, every version"
        yield Sections(f"plan/{topic}", title, partial(_versions, tender, topic))
    if tender.published_at is None and tender.plan_sha256:
        yield Sections(
            "plan/questionnaire", "The questionnaire as planned so far", partial(_plan, tender)
        )


def _versions(tender: Tender, topic: str) -> list[Section]:
    rows = with_names(
        PlanningSheet,
        PlanningSheet.saved_by_id,
        PlanningSheet.tender_id == tender.id,
        PlanningSheet.topic == topic,
        order=PlanningSheet.version,
    )
    return [
        section(
            f"version-{sheet.version}",
            f"Version {sheet.version}, saved {shown(sheet.saved_at)} by {name}",
            json.loads(sheet.text),
        )
        for sheet, name in rows
    ]


def _plan(tender: Tender) -> list[Section]:
    return [section("plan", "As planned", plan_of_draft(tender))]


def _risks(tender: Tender) -> list[Section]:
    rows = with_names(TenderRisk, TenderRisk.saved_by_id, TenderRisk.tender_id == tender.id)
    return [
        section(
            risk.token,
            risk.title,
            fields(
                text=risk.text,
                treatment=risk.treatment,
                known_risk=risk.is_known_risk,
                reason=risk.reason,
                version=risk.version,
                saved_at=risk.saved_at,
                saved_by=name,
                removed_at=risk.removed_at,
            ),
        )
        for risk, name in rows
    ]


def _published(tender: Tender) -> Iterator[Item]:
    """Return what was frozen: the text that has the fingerprint, byte for byte."""
    if tender.questionnaire_sha256 is not None:
        yield Whole(
            "published/questionnaire.json",
            "Questions, weights, rules and terms as they are frozen now",
            lambda: [(frozen_text(tender) or "").encode()],
        )
    for amendment in amendments_of(tender):
        yield Whole(
            f"published/before-amendment-{amendment.number}.json",
            f"The same as it was before amendment {amendment.number}",
            partial(_text_before, amendment.id),
        )


def _text_before(amendment_id: int) -> list[bytes]:
    text = db.session.scalars(
        select(Amendment.text_before).where(Amendment.id == amendment_id)
    ).one()
    return [text.encode()]


def _open_data(tender: Tender) -> Iterator[Item]:
    rows = db.session.scalars(
        select(OpenDataRelease)
        .options(undefer(OpenDataRelease.text))
        .where(OpenDataRelease.tender_id == tender.id)
        .order_by(OpenDataRelease.number)
    ).all()
    for one in rows:
        path = f"open-data/release-{one.number}-{one.tag.casefold()}.json"
        yield Whole(path, f"Open data: {one.tag}", partial(_encoded, one.text))


def _encoded(text: str) -> Iterable[bytes]:
    return [text.encode()]
