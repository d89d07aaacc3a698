"""Build the demonstration. Everything is made only if it is not there: running it twice is safe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from accounts.queries import Viewer
from accounts.rules.roles import Role
from foundation import clock
from question_bank.loader import shipped_bank, shipped_packs
from records.demonstration import (
    bids,
    deciding,
    keeping,
    library,
    lots,
    making,
    publishing,
    questions,
    sharing,
)
from records.demonstration.bank import propose_changes
from records.demonstration.calendar import Calendar, calendar_for, facts_after
from records.demonstration.evaluated import Panel
from records.demonstration.inviting import invite_companies
from records.demonstration.late import come_late
from records.demonstration.marks import open_and_mark
from records.demonstration.open_data import tell_the_public
from records.demonstration.outcome import write_outcome
from records.demonstration.own_clause import keep_a_clause
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
    PEOPLE,
    REVIEWER,
    STEWARD,
)
from records.demonstration.plan import write_plan
from records.demonstration.signing_up import signed_up
from records.demonstration.word_template import offer_template
from records.loader import DEMONSTRATION, read_answer_files, read_tender_file
from records.rules.assessment import SupplierAnswers
from records.rules.tender_file import TenderFile
from tenders import service as tenders
from tenders.libraries import frozen_libraries
from tenders.models import Tender
from tenders.rules.questionnaire import choose

Libraries = Mapping[str, Callable[[], Any]]

# Which questions the half-finished bid for the open tender has answers to.
STARTED = ("SLP-01", "SLP-02", "SLP-03", "SLP-13")


def build(libraries: Libraries) -> None:
    """Make people, organisations, and a tender at each stage from the draft to the contract."""
    libraries = {name: cache(load) for name, load in libraries.items()}
    now = clock.now()
    calendar = calendar_for(now)
    tender_file, suppliers = _content()
    with as_of(calendar.published):
        viewers = {person.email: signed_up(person, suppliers) for person in PEOPLE}
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
        reviewer=viewers[REVIEWER.email],
    )
    questions.ask_a_bidder(tender, officer=officer)
    keeping.withhold_some(tender, calendar, officer=officer)
    _closed_tender(calendar, tender_file, suppliers, officer, leads, libraries)
    _open_tender(calendar, tender_file, suppliers, officer, leads, libraries)
    keep_a_clause(officer, viewers[REVIEWER.email])
    offer_template(viewers[REVIEWER.email])
    _draft_tender(calendar, officer)
    given_up = replace(keeping.CANCELLED, closes_at=calendar.closed)
    small = {"value": "24000", "above_threshold": "no", "procedure": "below-threshold"}
    given_up_tender = making.published(given_up, small, officer, libraries, calendar.published)
    keeping.cancel(given_up_tender, calendar, officer=officer, second=viewers[DEPUTY.email])
    _further_tenders(now, tender_file, suppliers, viewers, leads, libraries)
    administrators = [one for one in PEOPLE if one.role is Role.ADMINISTRATOR]
    sharing.share([viewers[one.email] for one in administrators], partner=viewers[PARTNER.email])
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
    details = replace(_details(tender_file), closes_at=calendar.closed)
    facts = _facts(tender_file)
    tender = making.published(details, facts, officer, libraries, calendar.published)
    making.hand_in(tender, _answers(suppliers, *BIDS), leads, calendar)
    return tender


def _further_tenders(
    now: datetime,
    tender_file: TenderFile,
    suppliers: Mapping[str, SupplierAnswers],
    viewers: Mapping[str, Viewer],
    leads: Mapping[str, Viewer],
    libraries: Libraries,
) -> None:
    """Tenders that are evaluated: to be decided, decided, and with a contract."""
    panel = Panel(
        officer=viewers[OFFICER.email],
        second=viewers[DEPUTY.email],
        evaluator=viewers[EVALUATOR.email],
        chair=viewers[CHAIR.email],
        reader=viewers[REVIEWER.email],
    )
    deciding.decide_some(
        now,
        _details(tender_file),
        _facts(tender_file),
        _answers(suppliers, *BIDS),
        panel=panel,
        leads=leads,
        libraries=libraries,
    )


def _details(tender_file: TenderFile) -> tenders.Details:
    return tenders.Details(
        title=tender_file.title,
        reference=tender_file.reference,
        pack_id=tender_file.pack,
        quality_weight=tender_file.quality_weight or 60,
        closes_at=None,
    )


def _facts(tender_file: TenderFile) -> dict[str, Any]:
    return {name: value for name, value in tender_file.facts.items() if name != "closes_at"}


def _answers(suppliers: Mapping[str, SupplierAnswers], *names: str) -> dict[str, Mapping[str, Any]]:
    return {name: suppliers[name].answers for name in names}


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
    facts = _facts(tender_file) | {
        "value": "24000",
        "above_threshold": "no",
        "procedure": "below-threshold",
    }
    tender = making.published(details, facts, officer, libraries, calendar.published)
    making.hand_in(tender, _answers(suppliers, LARKMEAD, BRIGHTWATER), leads, calendar)
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
    tender = making.published(details, facts, officer, libraries, now)
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


def _draft_tender(calendar: Calendar, officer: Viewer) -> None:
    """A draft that waits for the second officer."""
    tender = making.made(
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
    publishing.ask(tender, officer=officer, libraries=frozen_libraries(tender))
