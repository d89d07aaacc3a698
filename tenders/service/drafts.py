"""Changes of a draft: its details, its facts, its questionnaire."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from accounts.queries import Viewer
from foundation import clock
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token
from tenders import planned, seals
from tenders.models import Tender
from tenders.rules.lifecycle import Stage
from tenders.rules.plan import Plan
from tenders.service.base import current_draft, current_plannable, record, written


class ReferenceTaken(DomainError):
    """Another tender of the authority has this reference."""


class PlanChanged(DomainError):
    """A colleague changed the questionnaire after the form somebody sends was shown."""


class DraftChanged(DomainError):
    """A colleague saved the details or the facts after the form somebody sends was shown."""

    def __init__(self) -> None:
        super().__init__(
            "A colleague saved this page after you opened it. Nothing of yours is lost: both are "
            "below. Save again to keep what stands in the boxes"
        )


class PlanInTheWay(DomainError):
    """Another pack would replace a questionnaire that somebody has made his own."""


@dataclass(frozen=True, kw_only=True)
class Details:
    """What an officer decides about a tender, apart from its facts."""

    title: str
    reference: str
    pack_id: str
    quality_weight: int
    closes_at: datetime | None


def details_of(tender: Tender) -> Details:
    """Return the details of a tender as they are stored."""
    return Details(
        title=tender.title,
        reference=tender.reference,
        pack_id=tender.pack_id,
        quality_weight=tender.quality_weight,
        closes_at=tender.closes_at,
    )


def version_of_details(tender: Tender) -> str:
    """Return what a form names so that nobody's details are overwritten unseen."""
    stored = asdict(details_of(tender)) | {"closes_at": written(tender.closes_at)}
    return sha256_hex(canonical_json(stored))


def version_of_facts(tender: Tender) -> str:
    """Return what a form names so that nobody's facts are overwritten unseen."""
    return sha256_hex(canonical_json(tender.facts))


def create_tender(details: Details, *, by: Viewer, plan: Plan | None = None) -> Tender:
    """Make a draft, with the key under which its bids will be sealed. Raises ReferenceTaken.

    With ``plan`` it asks what the plan says; otherwise what the pack in ``details`` does.
    """
    if plan is None:
        plan = planned.plan_of_pack(by.organisation_id, details.pack_id)
    details = replace(details, pack_id=plan["pack"]["id"])
    token = new_token()
    tender = Tender(
        token=token,
        authority_id=by.organisation_id,
        sealing_key=seals.new_sealing_key(token),
        created_at=clock.now(),
        created_by_id=by.person_id,
        stage=Stage.DRAFT,
        facts={},
        **asdict(details),
    )
    put_plan(tender, plan)
    with _unique_reference(), transaction():
        db.session.add(tender)
        db.session.flush()
        record("tender.created", tender, by, pack=details.pack_id, plan=tender.plan_sha256)
    return tender


def edit_tender(
    tender: Tender, details: Details, *, by: Viewer, based_on: str | None = None
) -> None:
    """Change a draft. Raises TenderPublished, ReferenceTaken, PlanInTheWay and DraftChanged.

    ``based_on``: the version_of_details() the form was made from; None for whatever is stored.
    """
    with _unique_reference(), transaction():
        draft = current_draft(tender)
        if based_on not in (None, version_of_details(draft)) and details != details_of(draft):
            raise DraftChanged
        another = details.pack_id != draft.pack_id
        if another and planned.is_tailored(draft):
            raise PlanInTheWay(
                "You cannot choose other questions here because this questionnaire was tailored: "
                "start it again from another set on the page where it is built",
                field="pack_id",
            )
        for name, value in asdict(details).items():
            setattr(draft, name, value)
        if another:
            put_plan(draft, planned.plan_of_pack(draft.authority_id, details.pack_id))
        db.session.flush()
        record(
            "tender.edited",
            draft,
            by,
            pack=details.pack_id,
            quality_weight=details.quality_weight,
            closes_at=written(details.closes_at),
        )


def set_facts(
    tender: Tender, facts: Mapping[str, Any], *, by: Viewer, based_on: str | None = None
) -> None:
    """Replace the tender facts, given as stored (question_bank kinds).

    ``based_on``: the version_of_facts() the form was made from; None for whatever is stored.
    Raises TenderPublished and DraftChanged.
    """
    with transaction():
        draft = current_draft(tender)
        if based_on not in (None, version_of_facts(draft)) and dict(facts) != draft.facts:
            raise DraftChanged
        draft.facts = dict(facts)
        record("tender.facts_set", draft, by, facts=sha256_hex(canonical_json(draft.facts)))


def change_plan(
    tender: Tender,
    change: Callable[[Plan], Plan],
    *,
    by: Viewer,
    based_on: str | None,
    note: str,
) -> Plan:
    """Change what a draft asks and return the new plan; one that asks a pack as it is gets its own.
    Of an open tender what an amendment in preparation would ask: what is published stays.

    ``based_on`` is the plan_sha256 of the draft when the form was shown, empty for none. ``note``
    says in a few words what was changed, for the record: never content.

    Raises PlanChanged if a colleague changed it in between, TenderPublished, and whatever
    ``change`` raises; ContentError if the new plan names something its edition lacks.
    """
    with transaction():
        draft = current_plannable(tender)
        if (draft.plan_sha256 or "") != (based_on or ""):
            raise PlanChanged(
                "A colleague changed this questionnaire after you opened the page. Nothing of "
                "yours is lost: look at what is there now, and save again if it still holds"
            )
        plan = change(planned.plan_of_draft(draft))
        before = draft.plan_sha256
        put_plan(draft, plan)
        if draft.plan_sha256 != before:
            record("tender.plan_changed", draft, by, plan=draft.plan_sha256, note=note)
    return plan


def put_plan(tender: Tender, plan: Plan) -> None:
    """Store a plan. Raises ContentError unless it can be asked."""
    planned.read(plan)
    tender.plan_text = canonical_json(plan)
    tender.plan_sha256 = sha256_hex(tender.plan_text)
    if tender.stage is Stage.DRAFT:
        tender.pack_id = plan["pack"]["id"]


@contextmanager
def _unique_reference() -> Iterator[None]:
    """Turn the database's refusal of a second tender with one reference into a sentence."""
    try:
        yield
    except IntegrityError as error:
        raise ReferenceTaken(
            "Enter another reference: a tender of your organisation has this one",
            field="reference",
        ) from error
