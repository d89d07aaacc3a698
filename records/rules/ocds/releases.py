"""One release about one event of a tender, and what each kind of event tells."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from records.rules.ocds.parts import (
    award,
    contract,
    document,
    party,
    stamp,
    statistics,
    tender,
    without_nothing,
)
from records.rules.ocds.values import Awarded, Noticed, Party, Plan

# Before the identifier of a process that has none on the Central Digital Platform: no publisher has
# registered such a prefix, so nobody can take the identifier for a national one.
UNREGISTERED = "unregistered"


class Tag(StrEnum):
    """The codes of the standard that a release here can carry."""

    PLANNING = "planning"
    TENDER = "tender"
    TENDER_UPDATE = "tenderUpdate"
    TENDER_CANCELLATION = "tenderCancellation"
    AWARD = "award"
    AWARD_UPDATE = "awardUpdate"
    CONTRACT = "contract"
    CONTRACT_AMENDMENT = "contractAmendment"
    CONTRACT_TERMINATION = "contractTermination"
    IMPLEMENTATION = "implementation"


@dataclass(frozen=True)
class Event:
    """What happened, and when. ``about``: by what it is known, so that it is told of once."""

    tag: Tag
    about: str
    at: datetime
    fingerprint: str
    closes_at: datetime
    notice: Noticed | None = None
    reason: str = ""
    # Notices that were recorded before and are told of with it.
    beside: tuple[Noticed, ...] = ()


AWARDING = frozenset({Tag.AWARD, Tag.CONTRACT})
OF_CONTRACTS = frozenset({Tag.CONTRACT_AMENDMENT, Tag.CONTRACT_TERMINATION, Tag.IMPLEMENTATION})


def release(
    event: Event,
    *,
    ocid: str,
    number: int,
    plan: Plan,
    buyers: Sequence[Party],
    awarded: Awarded | None,
) -> dict[str, Any]:
    """Return the release; it holds an award only where the event is one."""
    award_told = awarded if event.tag in AWARDING else None
    winners = [one.party for one in award_told.winners] if award_told else []
    return without_nothing(
        {
            "ocid": ocid,
            "id": f"{plan.id}-{plan.lot}-{number}",
            "date": stamp(event.at),
            "tag": [event.tag.value],
            "initiationType": "tender",
            "language": "en",
            "parties": [party(one) for one in [*buyers, *winners]],
            "buyer": buyers[0].reference,
            **_told(event, plan, award_told, awarded),
        }
    )


def _told(
    event: Event, plan: Plan, award_told: Awarded | None, awarded: Awarded | None
) -> dict[str, Any]:
    noticed = [*event.beside, *([event.notice] if event.notice else [])]
    match event.tag:
        case Tag.PLANNING:
            return {"planning": _planning(plan, noticed), "tender": _planned(plan)}
        case Tag.TENDER | Tag.TENDER_UPDATE:
            said = {"planning": _planning(plan, []), "tender": tender(plan, noticed)}
            if event.reason:
                said["tender"]["amendments"] = [_amendment(event)]
            return said
        case Tag.TENDER_CANCELLATION:
            return {"tender": {**tender(plan, noticed), "statusDetails": event.reason}}
    return _after_award(event, plan, award_told, awarded, noticed)


def _after_award(
    event: Event,
    plan: Plan,
    award_told: Awarded | None,
    awarded: Awarded | None,
    noticed: Sequence[Noticed],
) -> dict[str, Any]:
    documents = [document(one) for one in noticed]
    if award_told is not None:
        signed = event.tag is Tag.CONTRACT
        awards = [award(one, award_told, plan, signed=signed) for one in award_told.winners]
        said = {
            "tender": tender(plan),
            "awards": _with_documents(awards, [] if signed else documents),
            "bids": {"statistics": statistics(award_told.counted, plan.lot)},
        }
        if signed:
            made = [contract(one, award_told, plan, status="active") for one in award_told.winners]
            said["contracts"] = _with_documents(made, documents)
        return said
    winners = awarded.winners if awarded else ()
    if event.tag in OF_CONTRACTS and winners:
        ended = event.tag is Tag.CONTRACT_TERMINATION
        listed = [
            without_nothing(
                {
                    "id": f"contract-{one.number}",
                    "awardID": f"award-{one.number}",
                    "status": "terminated" if ended else None,
                }
            )
            for one in winners
        ]
        return {"contracts": _with_documents(listed, documents)}
    return {"tender": {"id": plan.id, "documents": documents}}


def _with_documents(
    listed: list[dict[str, Any]], documents: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    return [{**entry, "documents": documents} if documents else entry for entry in listed]


def _planning(plan: Plan, noticed: Sequence[Noticed]) -> dict[str, Any]:
    return without_nothing(
        {"rationale": plan.rationale, "documents": [document(one) for one in noticed]}
    )


def _planned(plan: Plan) -> dict[str, Any]:
    """Return what a notice before the tender says of it: no more than its name."""
    return {"id": plan.id, "title": plan.title, "status": "planned"}


def _amendment(event: Event) -> dict[str, Any]:
    return {"id": event.about, "date": stamp(event.at), "rationale": event.reason}


def open_json(value: Mapping[str, Any]) -> str:
    """Return ``value`` as it is stored and hashed: sorted keys, numbers as JSON has them."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no place in a release")
