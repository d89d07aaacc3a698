"""What is in the handover pack of a contract."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from flask import current_app

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.obligations_calendar import calendar_of
from contract_clauses.queries.contracts import ContractSeen
from contract_clauses.queries.kpis import Kpis
from contract_clauses.queries.obligation_history import histories_of
from contract_clauses.queries.outcomes import OutcomeSeen
from contract_clauses.queries.reassessing import Rounds
from contract_clauses.queries.recording import keepers
from contract_clauses.rules.issuing import Approved
from contract_clauses.service.drawing import draw_issue
from foundation import clock
from records.pack.items import Item, Whole
from scoring.queries import own_registers
from scoring.views.downloads import own_register_workbook
from supplier_portal.queries import people_of

FORMULA = ("=", "+", "-", "@", "\t", "\r")
PAGE = "contract_clauses.obligation"


def items(seen: ContractSeen, viewer: Viewer) -> Iterator[Item]:
    """Yield what the pack holds; each is made as it is written."""
    if seen.schedule is not None:
        yield Whole("schedule.docx", "The issued schedule", lambda: [_schedule(seen)])
    yield Whole(
        "risk-register.xlsx", "The risk register of the contract", lambda: [_risks(seen, viewer)]
    )
    yield Whole("obligations.csv", "What is due, and how it stands", lambda: [_obligations(seen)])
    yield Whole(
        "evidence.csv", "What was shown for it, and what was decided", lambda: [_evidence(seen)]
    )
    yield Whole(
        "calendar.ics",
        "The days on which something is due",
        lambda: [calendar_of(seen, clock.now(), page=PAGE)],
    )
    yield Whole("indicators.csv", "Indicators with their ratings", lambda: [_indicators(seen)])
    yield Whole("assessments.csv", "Yearly assessments", lambda: [_assessments(seen)])
    yield Whole("outcome.csv", "The outcome measure and its readings", lambda: [_outcome(seen)])
    yield Whole("events.csv", "What was recorded of the contract", lambda: [_events(seen)])
    yield Whole("contacts.csv", "Who keeps it, on both sides", lambda: [_contacts(seen)])


def readme(seen: ContractSeen, viewer: Viewer, made_at: datetime) -> str:
    """Return the first page: what the pack is, and how it stands."""
    one = seen.contract
    lines = [
        f"Handover pack of contract {seen.reference}",
        "",
        f"Authority: {seen.authority.legal_name or seen.authority.name}",
        f"Supplier: {seen.supplier.legal_name or seen.supplier.name}",
        f"Tender: {seen.tender.reference} {seen.tender.title}",
        f"Signed: {_day(one.signed_on)}",
        f"Starts: {_day(one.starts_on)}",
        f"Live since: {_day(one.live_on)}",
        f"Last day: {_day(one.ends_on)}",
        f"Contract manager: {one.manager.name if one.manager else 'Nobody'}",
        "",
        f"Made on {clock.show_moment(made_at)} for {viewer.name}. It shows the contract as it",
        "stood then. Each file is listed in index.html with its size and its SHA-256, by which",
        "anybody can tell that it was not changed since.",
        "",
    ]
    return "\n".join(lines)


def _schedule(seen: ContractSeen) -> bytes:
    issue, schedule = seen.issue, seen.schedule
    if issue is None or issue.answer is None or schedule is None:
        return b""
    answer = issue.answer
    day = clock.london(answer.done_at).date()
    by, token = answer.done_by.name, issue.request.token
    approved = Approved(issue.version, issue.sha256, by, day, token)
    return draw_issue(issue, schedule, approved).document


def _risks(seen: ContractSeen, viewer: Viewer) -> bytes:
    """Return the register of this contract alone, also where the tender had several winners."""
    found = own_registers.own_register(viewer, seen.tender.token, to=Permission.RISK_READ)
    mine = replace(
        found,
        winners=tuple(one for one in found.winners if one.token == seen.bid.token),
        risks=tuple(one for one in found.risks if one.bid.token == seen.bid.token),
    )
    # The way on from a risk is kept as addresses, which nothing but a request can write.
    with current_app.test_request_context():
        return own_register_workbook(viewer, mine)


def _obligations(seen: ContractSeen) -> bytes:
    headings = ["What", "Who", "When", "Evidence", "Stands in", "Clause", "Due", "State", "Ended"]
    rows = [
        [
            one.what,
            str(one.bound),
            one.wording.when,
            one.wording.evidence,
            one.place,
            one.clause_id,
            due.due_on if due else None,
            due.standing.words if due else one.state_in_words,
            one.row.ended_on,
        ]
        for one in seen.obligations
        for due in (one.dues or (None,))
    ]
    return _table(headings, rows)


def _evidence(seen: ContractSeen) -> bytes:
    """Return a line for each step and each file; files themselves are taken from the service."""
    rows: list[list[Any]] = []
    for one, entry in histories_of(seen, seen.obligations):
        about = [one.what, one.clause_id, entry.due.due_on]
        rows += [
            [*about, happened.step or "happened", clock.show_moment(happened.at), happened.by,
             happened.due_on, happened.words, ""]
            for happened in entry.events
        ]  # fmt: skip
        rows += [
            [*about, "file", clock.show_moment(file.row.added_at), "", file.row.valid_to,
             f"{file.title} ({file.name})", file.sha256]
            for file in entry.files
        ]  # fmt: skip
    headings = ["What", "Clause", "Due", "Step", "At", "By", "Put off to, or valid until",
                "Words, or the file", "SHA-256"]  # fmt: skip
    return _table(headings, rows)


def _indicators(seen: ContractSeen) -> bytes:
    headings = [
        "Indicator",
        "Target",
        "Published",
        "Why",
        "From",
        "To",
        "Figure",
        "Rating",
        "Words",
    ]
    rows: list[list[Any]] = []
    for one in Kpis(seen).listed:
        published = "taken out" if one.row.is_taken_out else "yes" if one.row.is_published else "no"
        told = [one.row.title, one.target, published, one.row.why]
        rows += [
            [*told, had.period_from, had.period_to, one.figure(had), had.rating, had.words]
            for had in one.ratings
        ] or [[*told, None, None, "", "not rated yet", ""]]
    return _table(headings, rows)


def _assessments(seen: ContractSeen) -> bytes:
    rows: list[list[Any]] = []
    for one in Rounds(seen).listed:
        about = [one.number, one.row.due_on, str(one.state), len(one.row.asked)]
        opened = clock.show_moment(one.row.opened_at)
        rows.append([*about, "opened", one.opened_by, opened, ""])
        rows += [
            [*about, step.step, step.by, clock.show_moment(step.at), step.words]
            for step in one.steps
        ]
    return _table(["Assessment", "Due", "State", "Parts", "Step", "By", "At", "Words"], rows)


def _outcome(seen: ContractSeen) -> bytes:
    outcome = OutcomeSeen(seen)
    figures = outcome.figures
    rows: list[list[Any]] = []
    if figures is not None:
        rows.append(["", "Before", figures.baseline, figures.unit, ""])
        rows.append([outcome.by_when, "Target", figures.target, figures.unit, ""])
    unit = figures.unit if figures else ""
    for day in outcome.every_day:
        had = outcome.readings.get(day, [])
        rows += [
            [day, f"Measured on {_day(one.measured_on)}", one.value, unit, one.words] for one in had
        ] or [[day, "To be measured", "", unit, ""]]
    return _table(["Day", "What it is", "Figure", "Counted in", "Words"], rows)


def _events(seen: ContractSeen) -> bytes:
    rows = [
        [one.kind, clock.show_moment(one.done_at), one.done_by.name, one.words]
        for one in seen.events
    ]
    return _table(["What", "At", "By", "Words"], rows)


def _contacts(seen: ContractSeen) -> bytes:
    manager = seen.contract.manager_id
    rows = [
        [seen.authority.name, one.name, one.email,
         "Contract manager" if one.person_id == manager else "May keep the contract"]
        for one in keepers(seen.contract.authority_id, seen.bid)
    ]  # fmt: skip
    rows += [
        [seen.supplier.name, "", email, "Told of what is due"]
        for email in people_of(seen.bid, Permission.OBLIGATION_SHOW)
    ]
    return _table(["Organisation", "Name", "E-mail", "What for"], rows)


def _table(headings: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    """Return a cell; what somebody wrote is not taken for a formula."""
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, date) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _day(day: date | None) -> str:
    return clock.show_date(day) if day else "not yet"
