"""What happened to a tender that open data tells of, the earliest first.

An award is told once the notice that the law wants first is recorded, and so is an end without
one; nothing here depends on whether there are bids before results are released.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from records.queries import notices as recorded
from records.queries.results import results_of
from records.rules.ocds import Event, Tag
from tenders.amended import amendments_of
from tenders.models import Notice, Tender
from tenders.rules.lifecycle import Stage

BEFORE_THE_TENDER = frozenset({"UK2", "UK3"})
# Others are about an authority as a whole; UK12 is told with the end of the tender.
TOLD = frozenset({"UK2", "UK3", "UK4", "UK5", "UK6", "UK7", "UK9", "UK10", "UK11"})
LATER: Mapping[str, Tag] = {
    "UK9": Tag.IMPLEMENTATION,
    "UK10": Tag.CONTRACT_AMENDMENT,
    "UK11": Tag.CONTRACT_TERMINATION,
}


def events_of(tender: Tender) -> list[Event]:
    """Return what there is to tell of a published tender, the earliest first."""
    if tender.published_at is None or tender.closes_at is None:
        return []
    notices = recorded.notices_of(tender)
    decided = bool(results_of(tender))
    return sorted(
        [
            *_of_the_tender(tender, notices),
            *(event for one in notices for event in _of_notice(tender, one, decided)),
            *_of_cancelling(tender, notices),
        ],
        key=lambda event: event.at,
    )


def _of_the_tender(tender: Tender, notices: Iterable[Notice]) -> Iterable[Event]:
    """Return the publication and each amendment, with what was asked and until when."""
    amendments = amendments_of(tender)
    first = amendments[0] if amendments else None
    sha256, closes_at = _now(tender)
    yield Event(
        Tag.TENDER,
        f"published:{first.sha256_before if first else sha256}",
        moment_of(tender.published_at),
        first.sha256_before if first else sha256,
        first.closed_before if first else closes_at,
        beside=tuple(recorded.noticed(one) for one in notices if _is_told_with(tender, one)),
    )
    for one in amendments:
        yield Event(
            Tag.TENDER_UPDATE,
            one.token,
            one.published_at,
            one.sha256_after,
            one.closes_after,
            reason=one.reason,
        )


def _of_notice(tender: Tender, notice: Notice, decided: bool) -> Iterable[Event]:
    """Return what a recorded notice is an event of: also that it was struck out, if it was told."""
    kind = recorded.kind_of(notice)
    sha256, closes_at = _now(tender)
    if kind not in TOLD or (kind in ("UK6", "UK7") and not decided):
        return
    if _is_gone_before(tender, notice):
        return
    tag = _tag_of(kind)
    at = notice.recorded_at
    if not _is_told_with(tender, notice):
        yield Event(tag, notice.token, at, sha256, closes_at, notice=recorded.noticed(notice))
    if notice.struck_at is not None:
        yield Event(
            Tag.AWARD_UPDATE if tag is Tag.AWARD else Tag.TENDER_UPDATE,
            f"struck:{notice.token}",
            notice.struck_at,
            sha256,
            closes_at,
            notice=recorded.noticed(notice, struck=True),
        )


def _is_gone_before(tender: Tender, notice: Notice) -> bool:
    """Return whether a notice was struck out by the publication: it was never told of then."""
    struck_at = notice.struck_at
    return struck_at is not None and struck_at <= moment_of(tender.published_at)


def _is_told_with(tender: Tender, notice: Notice) -> bool:
    """Return whether a notice is part of the first release: there is nothing to update before."""
    if _is_gone_before(tender, notice):
        return False
    is_update = _tag_of(recorded.kind_of(notice)) is Tag.TENDER_UPDATE
    return is_update and notice.recorded_at <= moment_of(tender.published_at)


def _tag_of(kind: str) -> Tag:
    if kind in BEFORE_THE_TENDER:
        return Tag.PLANNING
    if kind in LATER:
        return LATER[kind]
    return {"UK6": Tag.AWARD, "UK7": Tag.CONTRACT}.get(kind, Tag.TENDER_UPDATE)


def _of_cancelling(tender: Tender, notices: Iterable[Notice]) -> Iterable[Event]:
    """Return the end without an award: where a tender notice was published, its end is told
    once the notice of termination is."""
    if tender.stage is not Stage.CANCELLED or tender.cancelled_at is None:
        return
    standing = [one for one in notices if one.struck_at is None]
    kinds = {recorded.kind_of(one): one for one in standing}
    end = kinds.get("UK12")
    if "UK4" in kinds and end is None:
        return
    sha256, closes_at = _now(tender)
    yield Event(
        Tag.TENDER_CANCELLATION,
        end.token if end else "cancelled",
        max(end.recorded_at, tender.cancelled_at) if end else tender.cancelled_at,
        sha256,
        closes_at,
        notice=recorded.noticed(end) if end else None,
        reason=tender.cancelled_because or "",
    )


def _now(tender: Tender) -> tuple[str, datetime]:
    return tender.questionnaire_sha256 or "", moment_of(tender.closes_at)


def moment_of(moment: datetime | None) -> datetime:
    if moment is None:
        raise ValueError("A published tender has its times")
    return moment
