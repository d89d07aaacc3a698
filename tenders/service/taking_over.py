"""What a plan worked out, taken over into the tender; and the tender's dates into the plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.queries import Viewer
from foundation import clock
from foundation.database import transaction
from foundation.errors import DomainError
from question_bank.rules.kinds.amounts import duration_text
from tenders import planning
from tenders.models import Tender
from tenders.planning import Topic
from tenders.rules.planning.dates import out_of_order
from tenders.rules.planning.recovery import proposal
from tenders.service.base import current_draft, current_tender
from tenders.service.bidding import Bidding, set_bidding
from tenders.service.drafts import Details, edit_tender, set_facts
from tenders.service.planning import save_sheet
from tenders.timetabled import FACTS, of_tender


class NothingToTakeOver(DomainError):
    """The plan does not say enough yet."""


class DatesOutOfOrder(DomainError):
    """A timetable with these dates would be impossible."""


def take_dates_into_tender(tender: Tender, *, by: Viewer, moment: datetime) -> None:
    """Let a draft close, take questions and run as its timetable says; what the timetable leaves
    empty stays as it is.

    Raises TenderPublished, NothingToTakeOver, BiddingUnclear and DomainError.
    """
    with transaction():
        draft = current_draft(tender)
        sheet = planning.sheet(draft, Topic.TIMETABLE)
        if not sheet:
            raise NothingToTakeOver("You cannot take dates over because there is no timetable yet")
        facts = {fact: sheet[name] for name, fact in FACTS.items() if sheet.get(name)}
        if any(draft.facts.get(fact) != value for fact, value in facts.items()):
            set_facts(draft, {**draft.facts, **facts}, by=by)
        _close(draft, _moment(sheet, "closes_at"), by, moment)
        _end_questions(draft, _moment(sheet, "questions_until"), by, moment)


def _close(draft: Tender, closes_at: datetime | None, by: Viewer, moment: datetime) -> None:
    if closes_at is None or closes_at == draft.closes_at:
        return
    if closes_at <= moment:
        raise DomainError("You cannot take the closing time over because it is past")
    details = Details(
        title=draft.title,
        reference=draft.reference,
        pack_id=draft.pack_id,
        quality_weight=draft.quality_weight,
        closes_at=closes_at,
    )
    edit_tender(draft, details, by=by)


def _end_questions(draft: Tender, until: datetime | None, by: Viewer, moment: datetime) -> None:
    if until is None or until == draft.questions_until:
        return
    bidding = Bidding(
        questions_until=until,
        allows_qualifications=draft.allows_qualifications,
        last_saved_counts=draft.last_saved_counts,
        runs_elsewhere=draft.runs_elsewhere,
    )
    set_bidding(draft, bidding, by=by, moment=moment)


def _moment(sheet: Mapping[str, Any], name: str) -> datetime | None:
    written = sheet.get(name)
    return clock.from_london(datetime.fromisoformat(written), field=name) if written else None


def take_dates_into_timetable(tender: Tender, *, by: Viewer) -> None:
    """Let the timetable say what the tender says, if its dates then still follow one another.

    Raises DatesOutOfOrder.
    """
    with transaction():
        current = current_tender(tender)
        latest = planning.latest(current, Topic.TIMETABLE)
        value = {**latest.value, **of_tender(current)}
        wrong = [problem.says for problem in out_of_order(value)]
        if wrong:
            raise DatesOutOfOrder(
                "You cannot take these dates over because the timetable would be in the wrong "
                f"order. Change the timetable first: {'; '.join(wrong)}"
            )
        save_sheet(current, Topic.TIMETABLE, value, version=latest.version, by=by)


def take_recovery_targets(tender: Tender, *, by: Viewer) -> None:
    """Make what the failure of the service led to the targets bids are compared with.

    Raises TenderPublished and NothingToTakeOver.
    """
    with transaction():
        draft = current_draft(tender)
        found = proposal(planning.sheet(draft, Topic.FAILURE) or {})
        if found is None:
            raise NothingToTakeOver(
                "You cannot take the targets over because not every question they rest on is "
                "answered"
            )
        targets = {
            "target_rto": duration_text(found.recovery_time),
            "target_rpo": duration_text(found.recovery_point),
        }
        set_facts(draft, {**draft.facts, **targets}, by=by)
