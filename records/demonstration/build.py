"""Build the demonstration. Everything is made only if it is not there: running it twice is safe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from accounts import queries as account_queries
from accounts import service as accounts
from accounts.models import Membership, Organisation, Person
from accounts.queries import Viewer
from accounts.rules.roles import KIND_OF, OrganisationKind, Role
from foundation import clock
from foundation.audit import SYSTEM
from foundation.database import db
from question_bank.loader import shipped_bank, shipped_packs
from records.demonstration import bids, keeping, library, lots, prices, publishing, questions
from records.demonstration.bank import propose_changes
from records.demonstration.calendar import Calendar, calendar_for, facts_after
from records.demonstration.inviting import invite_companies
from records.demonstration.late import come_late
from records.demonstration.marks import open_and_mark
from records.demonstration.open_data import tell_the_public
from records.demonstration.outcome import write_outcome
from records.demonstration.past import as_of
from records.demonstration.people import (
    BIDS,
    BRIGHTWATER,
    CHAIR,
    DEPUTY,
    EVALUATOR,
    GUEST,
    LARKMEAD,
    MANAGER,
    OFFICER,
    OMNIFLOW,
    PARTNER,
    PASSWORD,
    PEOPLE,
    STEWARD,
    DemonstrationPerson,
)
from records.demonstration.plan import write_plan
from records.loader import DEMONSTRATION, read_answer_files, read_tender_file
from records.rules.assessment import SupplierAnswers
from records.rules.tender_file import TenderFile
from tenders import service as tenders
from tenders.models import Tender
from tenders.rules.lifecycle import Stage
from tenders.rules.questionnaire import choose

Libraries = Mapping[str, Callable[[], Any]]

# Which questions the half-finished bid for the open tender has answers to.
STARTED = ("SLP-01", "SLP-02", "SLP-03", "SLP-13")


def build(libraries: Libraries) -> None:
    """Make people, organisations and four tenders: a draft, one open, one closed, one opened."""
    calendar = calendar_for(clock.now())
    tender_file, suppliers = _content()
    with as_of(calendar.published):
        viewers = {person.email: _signed_up(person, suppliers) for person in PEOPLE}
    officer = viewers[OFFICER.email]
    leads = {
        person.organisation: viewers[person.email]
        for person in PEOPLE
        if person.role is Role.BID_LEAD
    }
    tender = _opened_tender(calendar, tender_file, suppliers, officer, leads, libraries)
    open_and_mark(
        tender,
        calendar,
        officer=officer,
        evaluator=viewers[EVALUATOR.email],
        chair=viewers[CHAIR.email],
        manager=viewers[MANAGER.email],
    )
    questions.ask_a_bidder(tender, officer=officer)
    keeping.withhold_some(tender, calendar, officer=officer)
    _closed_tender(calendar, tender_file, suppliers, officer, leads, libraries)
    _open_tender(calendar, tender_file, suppliers, officer, leads, libraries)
    _draft_tender(calendar, officer, libraries)
    given_up = replace(keeping.CANCELLED, closes_at=calendar.closed)
    small = {"value": "24000", "above_threshold": "no", "procedure": "below-threshold"}
    given_up_tender = _published(given_up, small, officer, libraries, calendar.published)
    keeping.cancel(given_up_tender, calendar, officer=officer, second=viewers[DEPUTY.email])
    propose_changes(supplier=leads[LARKMEAD], officer=officer, steward=viewers[STEWARD.email])
    lots.divide(
        calendar,
        officer=officer,
        partner=viewers[PARTNER.email],
        evaluator=viewers[GUEST.email],
    )


def _content() -> tuple[TenderFile, Mapping[str, SupplierAnswers]]:
    questionnaire = choose(shipped_bank(), shipped_packs()["slp-full"])
    lines, found = read_answer_files(
        [DEMONSTRATION / name for name in BIDS.values()], questionnaire
    )
    more, tender_file = read_tender_file(DEMONSTRATION / "tender.json", questionnaire)
    if lines or more:
        raise ValueError(
            "The content of the demonstration has mistakes: " + "; ".join(lines + more)
        )
    return tender_file, {supplier.name: supplier for supplier in found}


def _opened_tender(
    calendar: Calendar,
    tender_file: TenderFile,
    suppliers: Mapping[str, SupplierAnswers],
    officer: Viewer,
    leads: Mapping[str, Viewer],
    libraries: Libraries,
) -> Tender:
    """Return the tender of the content, with its three bids, to be opened and marked."""
    details = tenders.Details(
        title=tender_file.title,
        reference=tender_file.reference,
        pack_id=tender_file.pack,
        quality_weight=tender_file.quality_weight or 60,
        closes_at=calendar.closed,
    )
    facts = {name: value for name, value in tender_file.facts.items() if name != "closes_at"}
    tender = _published(details, facts, officer, libraries, calendar.published)
    _bid(tender, (LARKMEAD, BRIGHTWATER, OMNIFLOW), suppliers, leads, calendar)
    return tender


def _closed_tender(
    calendar: Calendar,
    tender_file: TenderFile,
    suppliers: Mapping[str, SupplierAnswers],
    officer: Viewer,
    leads: Mapping[str, Viewer],
    libraries: Libraries,
) -> None:
    """A small purchase with two bids in and a third that came late; two officers open them."""
    details = tenders.Details(
        title="Pilot of ten noise and air-quality sensors near Marlwick station",
        reference="MW-2026-018",
        pack_id="slp-essential",
        quality_weight=50,
        closes_at=calendar.closed,
    )
    facts = {name: value for name, value in tender_file.facts.items() if name != "closes_at"}
    facts |= {"value": "24000", "above_threshold": "no", "procedure": "below-threshold"}
    tender = _published(details, facts, officer, libraries, calendar.published)
    _bid(tender, (LARKMEAD, BRIGHTWATER), suppliers, leads, calendar)
    come_late(tender, suppliers[OMNIFLOW].answers, by=leads[OMNIFLOW], calendar=calendar)


def _open_tender(
    calendar: Calendar,
    tender_file: TenderFile,
    suppliers: Mapping[str, SupplierAnswers],
    officer: Viewer,
    leads: Mapping[str, Viewer],
    libraries: Libraries,
) -> None:
    """A tender that takes bids, with one bid begun."""
    details = tenders.Details(
        title="Footfall and air-quality sensors for Marlwick high streets",
        reference="MW-2026-021",
        pack_id="sensors-in-public-space",
        quality_weight=70,
        closes_at=calendar.closes_soon,
    )
    facts = facts_after(calendar.closes_soon, tender_file.facts)
    del facts["closes_at"]
    now = clock.now()
    tender = _published(details, facts, officer, libraries, now)
    tell_the_public(tender, officer=officer)
    begun = {
        part: value
        for part, value in suppliers[LARKMEAD].answers.items()
        if part.partition(".")[0] in STARTED
    }
    if clock.now() < (tender.closes_at or now):
        lead = leads[LARKMEAD]
        bid = bids.enter_bid(tender, begun, by=lead, arrived_at=clock.now())
        kept = library.keep_documents(suppliers[LARKMEAD].answers, by=lead)
        library.use_in(bid, kept, by=lead, arrived_at=clock.now())
        questions.ask_about(tender, officer=officer, first=leads[BRIGHTWATER], second=lead)


def _draft_tender(calendar: Calendar, officer: Viewer, libraries: Libraries) -> None:
    """A draft that waits for the second officer."""
    tender = _tender(
        tenders.Details(
            title="Cycle counters on the riverside path",
            reference="MW-2026-024",
            pack_id="slp-essential",
            quality_weight=60,
            closes_at=calendar.closes_soon,
        ),
        officer,
    )
    write_outcome(tender, officer=officer)
    write_plan(tender, officer=officer)
    invite_companies(tender, officer=officer)
    publishing.ask(tender, officer=officer, libraries=libraries)


def _bid(
    tender: Tender,
    names: tuple[str, ...],
    suppliers: Mapping[str, SupplierAnswers],
    leads: Mapping[str, Viewer],
    calendar: Calendar,
) -> None:
    if tender.opened_at is not None:
        return
    for name in names:
        with as_of(calendar.saved):
            bid = bids.enter_bid(
                tender, suppliers[name].answers, by=leads[name], arrived_at=calendar.saved
            )
            prices.offer(bid, by=leads[name], arrived_at=calendar.saved)
            if name == LARKMEAD:
                library.mark_confidential(bid, by=leads[name], arrived_at=calendar.saved)
        with as_of(calendar.submitted):
            bids.hand_in(bid, by=leads[name], arrived_at=calendar.submitted)


def _published(
    details: tenders.Details,
    facts: Mapping[str, Any],
    officer: Viewer,
    libraries: Libraries,
    moment: datetime,
) -> Tender:
    with as_of(moment):
        tender = _tender(details, officer)
        if tender.stage is Stage.DRAFT:
            tenders.set_facts(tender, facts, by=officer)
            write_outcome(tender, officer=officer, shown=True)
            write_plan(tender, officer=officer)
            publishing.publish(tender, officer=officer, libraries=libraries)
    return tender


def _tender(details: tenders.Details, officer: Viewer) -> Tender:
    existing = db.session.scalars(
        select(Tender).where(
            Tender.authority_id == officer.organisation_id, Tender.reference == details.reference
        )
    ).one_or_none()
    return existing or tenders.create_tender(details, by=officer)


def _signed_up(person: DemonstrationPerson, suppliers: Mapping[str, SupplierAnswers]) -> Viewer:
    kind = KIND_OF[person.role]
    organisation = _organisation(person.organisation, kind, suppliers)
    account = account_queries.person_by_email(person.email) or accounts.create_person(
        person.name, person.email, PASSWORD, actor=SYSTEM
    )
    held = db.session.scalars(
        select(Membership.role).where(
            Membership.person_id == account.id, Membership.organisation_id == organisation.id
        )
    ).all()
    if person.role not in held:
        accounts.add_membership(account, organisation, person.role, actor=SYSTEM)
    return _viewer(account, organisation, person.role)


def _organisation(
    name: str, kind: OrganisationKind, suppliers: Mapping[str, SupplierAnswers]
) -> Organisation:
    existing = db.session.scalars(
        select(Organisation).where(Organisation.name == name, Organisation.kind == kind)
    ).one_or_none()
    number = suppliers[name].company_number if name in suppliers else None
    return existing or accounts.create_organisation(name, kind, actor=SYSTEM, company_number=number)


def _viewer(person: Person, organisation: Organisation, role: Role) -> Viewer:
    """The person as the services know people, without a sign-in of their own."""
    return Viewer(
        person_id=person.id,
        person_token=person.token,
        name=person.name,
        email=person.email,
        organisation_id=organisation.id,
        organisation_token=organisation.token,
        organisation_name=organisation.name,
        kind=organisation.kind,
        roles=frozenset({role}),
        tender_roles=frozenset(),
        session_id=0,
        last_seen_at=clock.now(),
    )
