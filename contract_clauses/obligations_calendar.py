"""What is due under a contract as a calendar file; the same name for the same thing, for ever."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from contract_clauses.queries.contracts import ContractSeen
from contract_clauses.queries.obligations import DueSeen, ObligationSeen
from contract_clauses.rules.obligations import DueState
from foundation import mail

if TYPE_CHECKING:
    from icalendar import Event


def calendar_of(seen: ContractSeen, moment: datetime, *, page: str) -> bytes:
    """Return everything of a contract that has a day as a calendar file.

    ``page``: the endpoint of an obligation for whoever fetches it.
    """
    from icalendar import Calendar  # only calendars need it

    calendar = Calendar()
    calendar.add("prodid", "-//Supplier Assurance//Obligations of a contract//EN")
    calendar.add("version", "2.0")
    name = f"{seen.reference}: obligations"
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    for one in seen.obligations:
        for due in one.dues:
            if due.due_on is not None:
                calendar.add_component(_event(seen, one, due, moment, page))
    written: bytes = calendar.to_ical()
    return written


def _event(
    seen: ContractSeen, one: ObligationSeen, due: DueSeen, moment: datetime, page: str
) -> Event:
    from icalendar import Event

    link = mail.link(page, contract=seen.token, obligation=one.token)
    event = Event()
    event.add("uid", f"{due.token}@{urlsplit(link).hostname}")
    event.add("dtstamp", moment.replace(microsecond=0))
    # A day in London, without a time: it is due until its end.
    event.add("dtstart", due.due_on)
    done = due.state is DueState.CONFIRMED
    event.add("summary", f"{seen.reference}: {'Done: ' if done else ''}{one.what}")
    event.add("description", f"{_where(one)}\nEvidence: {one.wording.evidence}\n{link}")
    event.add("url", link)
    event.add("transp", "TRANSPARENT")
    gone = one.is_ended and not done or due.state is DueState.WAIVED
    event.add("status", "CANCELLED" if gone else "CONFIRMED")
    return event


def _where(one: ObligationSeen) -> str:
    if not one.clause_id:
        return one.place
    return f"{one.place}, {one.wording.title} ({one.clause_id})"
