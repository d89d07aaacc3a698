"""A tender of the demonstration from its ranking to the contract: who decides, and the letters."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock
from foundation.database import transaction
from records.demonstration.evaluated import Panel, content
from records.demonstration.past import as_of
from scoring import service
from scoring.queries.bids import bid_in_evaluation
from scoring.queries.deciding import deciding
from scoring.queries.letters import outbox_of
from scoring.queries.standstill import award_notice
from scoring.rules.letters import Exemption, State, Withheld
from scoring.rules.recommending import SUCCESSFUL, UNSUCCESSFUL
from scoring.service import standstill
from scoring.service.evaluating import EVALUATED_AT
from tenders.models import Tender
from tenders.rules.lifecycle import Stage
from tenders.rules.notices import NoticeTyped
from tenders.service.notices import record_notice

AWARD_NOTICE = "UK6"
# Before the release, and after it.
RECOMMENDED, AGREED_TO, WRITTEN = timedelta(days=5), timedelta(days=4), timedelta(days=2)
NOTICED = timedelta(days=1)


def decide(tender: Tender, released: datetime, panel: Panel) -> None:
    """Recommend, agree, write and read the letters, release all, and record the award notice."""
    if tender.stage in EVALUATED_AT:
        with as_of(released - RECOMMENDED):
            _recommend(tender, panel.officer)
        with as_of(released - AGREED_TO):
            _agree(tender, panel.second)
        with as_of(released - WRITTEN), transaction():
            _write(tender, panel.officer)
        with as_of(released), transaction():
            _read(tender, panel.reader)
            service.release_results(tender, by=panel.officer)
    if award_notice(tender) is None:
        with as_of(released + NOTICED):
            today = clock.london(clock.now()).date()
            number = f"{tender.reference[-3:]}006-{today.year}"
            typed = NoticeTyped(AWARD_NOTICE, number, today)
            record_notice(tender, typed, by=panel.officer)


def sign(tender: Tender, moment: datetime, officer: Viewer) -> None:
    """Record that the contract is signed, unless it is."""
    if tender.stage is not Stage.AWARDED:
        with as_of(moment):
            day = clock.london(moment).date()
            standstill.award(tender, day, content()["signatory"], by=officer)


def _recommend(tender: Tender, officer: Viewer) -> None:
    now = deciding(officer, tender)
    if now.recommendation is not None or now.ranked.winner is None:
        return
    chosen = {
        place.key: SUCCESSFUL if place.key == now.ranked.winner.key else UNSUCCESSFUL
        for place in now.places
    }
    service.recommend(tender, chosen, content()["reason"], read=now.sha256, by=officer)


def _agree(tender: Tender, second: Viewer) -> None:
    now = deciding(second, tender)
    if now.is_waiting and now.asked is not None:
        token = now.asked.approval.token
        service.approve(tender, token, by=second, arrived_at=clock.now())


def _write(tender: Tender, officer: Viewer) -> None:
    """Prepare the letters, give the winner's address, and withhold words of one explanation."""
    if outbox_of(deciding(officer, tender)):
        return
    service.prepare_letters(tender, by=officer)
    for one in outbox_of(deciding(officer, tender)):
        if not one.successful:
            continue
        bid = bid_in_evaluation(officer, one.bid.token, to=Permission.MARK_READ)
        letter = one.letter
        row = service.write_letter(
            bid,
            letter.opening,
            letter.why,
            content()["addresses"][one.bid.name],
            based_on=one.last.row.number,
            by=officer,
        )
        said = content()["withheld"]
        what = Withheld(
            said["question"], said["passage"], Exemption(said["exemption"]), said["reason"]
        )
        service.withhold(bid, what, based_on=row.number, by=officer)


def _read(tender: Tender, reader: Viewer) -> None:
    for one in outbox_of(deciding(reader, tender)):
        if one.state is not State.READ:
            bid = bid_in_evaluation(reader, one.bid.token, to=Permission.MARK_READ)
            service.review_letter(bid, based_on=one.last.row.number, shown=one.shown, by=reader)
