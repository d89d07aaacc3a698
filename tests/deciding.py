"""How a tender is decided, through the services: for tests of what comes after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.models import Person
from accounts.queries import Viewer
from accounts.rules.roles import Role
from foundation import clock
from scoring import queries, service
from scoring.queries.deciding import Deciding, deciding
from scoring.queries.letters import outbox_of
from scoring.queries.standings import quality_is_agreed
from scoring.rules.letters import Withheld
from scoring.rules.recommending import SUCCESSFUL, UNSUCCESSFUL
from scoring.service import low_prices
from tenders.models import Tender
from tests.beginnings import a_step
from tests.evaluating import agree_quality
from tests.factories import make_person, viewer_of

REASON = "It is the most advantageous tender under the published criteria"
NO_CASE = "The supplier owns the devices already, as its answers show"
ADDRESS = "1 Wharf Road, London E1 6AA\nbids@larkfield.example"


def colleague(tender: Tender, role: Role = Role.OFFICER) -> Person:
    """Return somebody else of the authority, who has declared to have no interest."""
    return make_person(role, tender.authority)


@a_step
def recommend(
    tender: Tender, officer: Person, successful: Mapping[str, bool], *, reason: str = REASON
) -> Any:
    """Say that quality is agreed, if nobody has, and recommend; by token whether it wins."""
    by = viewer_of(officer)
    if not quality_is_agreed(tender):
        agree_quality(tender, by=by)
    chosen = {key: SUCCESSFUL if won else UNSUCCESSFUL for key, won in successful.items()}
    say_no_case_is_needed(tender, by=by)
    read = deciding(by, tender).sha256
    several = sum(successful.values()) > 1
    return service.recommend(
        tender,
        chosen,
        reason,
        read=read,
        by=by,
        nothing=not chosen,
        several=several,
        several_because=REASON if several else "",
    )


def say_no_case_is_needed(tender: Tender, *, by: Viewer) -> None:
    """Say of each low price nobody looked into why it needs no case."""
    for token in deciding(by, tender).hints_left:
        bid = queries.bid_in_evaluation(by, token, to="mark:read").opened.bid
        low_prices.need_no_case(bid, NO_CASE, based_on=0, by=by)


def approve(tender: Tender, second: Person) -> Deciding:
    by = viewer_of(second)
    asked = deciding(by, tender).asked
    assert asked is not None
    service.approve(tender, asked.approval.token, by=by, arrived_at=clock.now())
    return deciding(by, tender)


@a_step
def write_letters(
    tender: Tender, officer: Person, why: Mapping[str, str], withheld: tuple[Withheld, ...] = ()
) -> None:
    """Prepare all letters; give the successful bidder an address, withhold what is to be."""
    by = viewer_of(officer)
    service.prepare_letters(tender, by=by)
    for one in outbox_of(deciding(by, tender)):
        bid = queries.bid_in_evaluation(by, one.bid.token, to="mark:read")
        row = service.write_letter(
            bid,
            one.letter.opening,
            why.get(bid.token, one.letter.why),
            ADDRESS if one.successful else "",
            based_on=one.last.row.number,
            by=by,
        )
        for entry in withheld if one.successful else ():
            row = service.withhold(bid, entry, based_on=row.number, by=by)


@a_step
def read_letters(tender: Tender, reader: Person) -> None:
    by = viewer_of(reader)
    for one in outbox_of(deciding(by, tender)):
        bid = queries.bid_in_evaluation(by, one.bid.token, to="mark:read")
        service.review_letter(bid, based_on=one.last.row.number, shown=one.shown, by=by)


@a_step
def release(
    tender: Tender,
    officer: Person,
    successful: Mapping[str, bool],
    *,
    why: Mapping[str, str] | None = None,
    withheld: tuple[Withheld, ...] = (),
) -> Person:
    """Decide a tender from the agreed marks to the release; return the second person."""
    second = colleague(tender)
    recommend(tender, officer, successful)
    approve(tender, second)
    write_letters(tender, officer, why or {}, withheld)
    read_letters(tender, second)
    service.release_results(tender, by=viewer_of(officer))
    return second
