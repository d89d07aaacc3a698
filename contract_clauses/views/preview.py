"""A schedule as it prints, in the page: whole, or one part to an address for small screens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses import queries
from contract_clauses.printed import NoSuchPart, as_draft, printed
from contract_clauses.printed_pieces import ALL, Printed
from contract_clauses.queries import ScheduledBid
from contract_clauses.queries.issuing import Issue, approval_of, issue_named, schedule_in
from contract_clauses.rules.issuing import Approved
from contract_clauses.rules.parts import Schedule
from contract_clauses.views.base import pages, schedule_of_result
from supplier_portal import seals as bid_seals

ADDRESS = "/schedules/<token:bid>/preview"
ISSUED = "/schedules/<token:bid>/issues/<token:issue>/preview"


@dataclass(frozen=True)
class Addresses:
    """Where the parts of one schedule are shown: each on its own, or as places on one page."""

    endpoint: str
    part: str
    values: dict[str, Any]

    def page(self, part: str) -> str:
        """Return the page of a part, of the front, or of all."""
        return url_for(self.endpoint, part=part or None, **self.values)

    def place(self, part: str) -> str:
        """Return where a part is from here: on the same page where that shows all."""
        return f"#{part}" if self.part == ALL else self.page(part)


@pages.get(ADDRESS, defaults={"part": ""})
@pages.get(ADDRESS + "/<string:part>")
@requires(Permission.SCHEDULE_READ)
def preview(bid: str, part: str) -> ResponseReturnValue:
    """The draft as it would print now."""
    found = queries.scheduled_bid(signed_in_user(), bid, to=Permission.SCHEDULE_READ)
    return _page(found, found.schedule, "contract_clauses.preview", part)


@pages.get(ISSUED, defaults={"part": ""})
@pages.get(ISSUED + "/<string:part>")
@requires(Permission.SCHEDULE_READ)
def issued_preview(bid: str, issue: str, part: str) -> ResponseReturnValue:
    """An issue as it was approved, or as it waits for approval."""
    found = schedule_of_result(bid, Permission.SCHEDULE_READ)
    wanted = issue_named(found, issue)
    schedule = schedule_in(wanted, bid_seals.opened_key(found.evaluated.opened.bid))
    return _page(found, schedule, "contract_clauses.issued_preview", part, wanted)


def printed_part(
    schedule: Schedule,
    where: Addresses,
    *,
    approved: Approved | None = None,
    departures: bool = False,
) -> Printed:
    """Return the part a page asks for; a part there is not ends the request with "not found"."""
    try:
        return printed(
            schedule, where.place, part=where.part, approved=approved, departures=departures
        )
    except NoSuchPart:
        abort(404)


def _page(
    found: ScheduledBid, schedule: Schedule, endpoint: str, part: str, issue: Issue | None = None
) -> str:
    departures = "departures" in request.args.getlist("with")
    values: dict[str, Any] = {"bid": found.token}
    if issue is not None:
        values["issue"] = issue.request.token
    if departures:
        values["with"] = "departures"
    where = Addresses(endpoint, part, values)
    approved = approval_of(issue) if issue is not None else None
    shown = schedule if approved or issue is None else as_draft(schedule)
    address_of: Callable[[str], str] = where.page
    return render_template(
        "contract_clauses/preview.html",
        bid=found,
        issue=issue,
        printed=printed_part(shown, where, approved=approved, departures=departures),
        departures=departures,
        address_of=address_of,
        place_of=where.place,
        files=url_for("records.schedule_files", bid=found.token)
        if signed_in_user().may(Permission.DOCUMENT_DOWNLOAD, tender_id=found.tender.id)
        else "",
    )
