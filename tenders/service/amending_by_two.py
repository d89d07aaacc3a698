"""Publishing an amendment: one person may, unless the closing time moves; then it takes two.

Where the tender had a notice, or had to have one, it is published again first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.queries import Viewer
from foundation import mail
from foundation.canonical import canonical_json, sha256_hex
from foundation.clock import show_moment
from foundation.database import transaction
from foundation.errors import DomainError
from tenders import notices
from tenders.models import Amendment, Approval, Notice, Tender
from tenders.notices import amendment_mark, shipped_notices
from tenders.prepared import Draft, closing_of, draft_of
from tenders.rules.approvals import ApprovalKind
from tenders.rules.findings import Finding, Place
from tenders.service import approvals
from tenders.service.amending import (
    amendable,
    must_be_publishable,
    must_stand,
    publish_amendment,
)
from tenders.service.base import written
from tenders.service.mail_of_approvals import tell_the_asker, tell_the_others
from tenders.service.publishing import NotReady

PAGE = "tenders.amendment"
AMEND = ApprovalKind.AMEND


class SecondPersonNeeded(DomainError):
    """One person wanted to move a closing time."""


@dataclass(frozen=True)
class Prepared:
    """An amendment as two people look at it. ``about``: the hash of everything that is shown."""

    draft: Draft
    about: str
    moves_closing: bool
    needs_notice: bool
    notice: Notice | None

    @property
    def must_fix(self) -> list[Finding]:
        if not self.needs_notice or self.notice is not None:
            return []
        kind = shipped_notices()
        return [
            Finding(
                f"Record the notice {kind.kinds[kind.again].in_words}, published again",
                Place.NOTICES,
                why="What it says of the tender changes with this amendment.",
                remedy="Publish it on the central digital platform as the amendment stands here, "
                "then record its number. If you change the amendment afterwards, do so again.",
                source=kind.again_source,
            )
        ]


def prepared_for(tender: Tender, moment: datetime) -> Prepared:
    """Return the amendment in preparation. Raises NoAmendment."""
    draft = draft_of(tender)
    is_empty = draft.sha256 == tender.questionnaire_sha256 and draft.closes_at == tender.closes_at
    notice = notices.of_amendment(tender, amendment_mark(draft.sha256, draft.closes_at))
    shown = {
        "tender": tender.token,
        "follows": tender.questionnaire_sha256,
        "closes_before": written(tender.closes_at),
        "prepared": tender.plan_sha256,
        "questionnaire": draft.sha256,
        "closes_at": written(draft.closes_at),
        "notice": notice.token if notice else None,
    }
    return Prepared(
        draft,
        sha256_hex(canonical_json(shown)),
        draft.closes_at != tender.closes_at,
        not is_empty and notices.amendment_needs_notice(tender, moment),
        notice,
    )


def publish_alone(tender: Tender, *, based_on: str, by: Viewer, arrived_at: datetime) -> Amendment:
    """Publish an amendment that leaves the closing time as it is.

    Raises SecondPersonNeeded otherwise, and as publish_amendment does.
    """
    with transaction():
        current = amendable(tender, arrived_at)
        must_stand(current, based_on)
        now = prepared_for(current, arrived_at)
        if now.moves_closing:
            raise SecondPersonNeeded(
                "You cannot publish this amendment alone because it moves the closing time: ask a "
                "second person to agree"
            )
        _must_have_notice(now)
        approvals.overtake(current, AMEND, by=by)
        return publish_amendment(current, based_on=based_on, by=by, arrived_at=arrived_at)


def ask_to_amend(
    tender: Tender, about: str, *, by: Viewer, arrived_at: datetime, note: str = ""
) -> Approval:
    """Ask a second person to agree to the amendment that has the hash ``about``.

    Raises StepNotAllowed, NoAmendment, NotReady, NotApproved and what publishing it would raise.
    """
    with approvals.denials_recorded(tender, AMEND, by), transaction():
        current = amendable(tender, arrived_at)
        now = prepared_for(current, arrived_at)
        # Whatever else of the page changed, it is not what was seen.
        must_stand(current, (current.plan_sha256 or "") if now.about == about else "")
        _must_have_notice(now)
        must_be_publishable(current, now.draft)
        asked = approvals.ask(current, AMEND, about, by=by, note=note)
        before, after = map(show_moment, (closing_of(current), now.draft.closes_at))
        tell_the_others(
            asked,
            current,
            by,
            f"{current.reference}: a second person is needed to move the closing time",
            f"{by.name} asks that somebody else agree to an amendment of “{current.title}”. Bids "
            f"would close on {after} instead of {before}.\n\nLook at it, and agree or refuse "
            f"before bids close: {mail.link(PAGE, tender=current.token)}\n",
        )
    return asked


def agree_to_amend(
    tender: Tender,
    approval: Approval,
    about: str,
    *,
    by: Viewer,
    arrived_at: datetime,
    reason: str = "",
) -> Amendment:
    """Agree as the second person, which publishes the amendment at once.

    Once bids have closed nothing is amended, whenever it was asked for. Raises as ask_to_amend.
    """
    with approvals.denials_recorded(tender, AMEND, by, approval), transaction():
        current = amendable(tender, arrived_at)
        now = prepared_for(current, arrived_at)
        approvals.agree(
            approval,
            now.about if now.about == about else "",
            by=by,
            arrived_at=arrived_at,
            reason=reason,
        )
        _must_have_notice(now)
        amendment = publish_amendment(
            current, based_on=current.plan_sha256 or "", by=by, arrived_at=arrived_at
        )
        closing = show_moment(amendment.closes_after)
        tell_the_asker(
            approval,
            f"{current.reference} is amended",
            f"{by.name} agreed, so amendment {amendment.number} of “{current.title}” is published. "
            f"Bids close on {closing}.\n",
        )
    return amendment


def refuse_to_amend(
    tender: Tender, approval: Approval, *, by: Viewer, arrived_at: datetime, reason: str
) -> None:
    """Refuse, with a reason, and write to whoever asked. Raises NotApproved."""
    with approvals.denials_recorded(tender, AMEND, by, approval), transaction():
        approvals.refuse(approval, by=by, arrived_at=arrived_at, reason=reason)
        tell_the_asker(
            approval,
            f"{tender.reference}: moving the closing time was refused",
            f"{by.name} does not agree to the amendment of “{tender.title}”.\n\n"
            f"Read why: {mail.link(PAGE, tender=tender.token)}\n",
        )


def _must_have_notice(now: Prepared) -> None:
    if now.must_fix:
        raise NotReady(now.must_fix[0].message)
