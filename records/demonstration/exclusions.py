"""Exclusion checks of the demonstration: done before marking, but one that awaits a reply."""

from __future__ import annotations

from datetime import date, timedelta

from accounts.queries import Viewer
from foundation import clock
from scoring.queries.exclusions import BidParties, Party, early_marking, exclusions_of
from scoring.rules.exclusions import Found, PartyRole
from scoring.service import exclusion_gate, exclusions
from tenders.models import Tender
from tenders.rules.lifecycle import Stage

TO_REPLY = timedelta(days=21)
MATTER = (
    "Its last accounts with Companies House say that a creditor has asked a court to wind it up; "
    "the hearing is next month."
)
WHY_BEFORE = (
    "One subcontractor of one bidder is left, and the supplier has time to reply: the answers of "
    "the others can be marked meanwhile."
)


def check_parties(tender: Tender, *, officer: Viewer) -> None:
    """Check everybody, once; of one subcontractor something is found, and its bidder is told."""
    if early_marking(tender).version or tender.stage is not Stage.OPENED:
        return
    parties = [
        (entry, party) for entry in exclusions_of(officer, tender) for party in entry.parties
    ]
    found = next((one for one in parties if one[1].role is PartyRole.SUBCONTRACTOR), None)
    for entry, party in parties:
        if (entry, party) == found:
            _find_something(entry, party, officer)
        else:
            _check(entry, party, officer, Found.NOTHING)
    exclusion_gate.begin_before_checks(tender, WHY_BEFORE, by=officer)


def check_everybody(tender: Tender, *, officer: Viewer) -> None:
    """Check everybody who is not checked yet, and find nothing."""
    for entry in exclusions_of(officer, tender):
        for party in entry.parties:
            if not party.standing.is_settled:
                _check(entry, party, officer, Found.NOTHING)


def _find_something(entry: BidParties, party: Party, officer: Viewer) -> None:
    _check(entry, party, officer, Found.DISCRETIONARY, ground="insolvency", text=MATTER)
    bid = entry.opened.bid
    until = _today() + TO_REPLY
    exclusions.give_notice(bid, party.token, MATTER, until, based_on=1, by=officer)


def _check(
    entry: BidParties,
    party: Party,
    officer: Viewer,
    found: Found,
    *,
    ground: str = "",
    text: str = "",
) -> None:
    check = exclusions.Check(
        done_on=_today(),
        looked_at=["debarment-list", "companies-house"],
        reference="",
        found=found,
        ground=ground,
        text=text,
    )
    exclusions.record_check(entry.opened.bid, party.token, check, based_on=0, by=officer)


def _today() -> date:
    return clock.london(clock.now()).date()
