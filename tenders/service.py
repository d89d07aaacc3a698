"""Everything that changes a tender: each change one transaction and one audit entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from accounts.queries import Viewer
from foundation import audit, clock
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token
from question_bank.loader import shipped_bank
from question_bank.rules.packs import weight_problems
from tenders import queries, seals
from tenders.loader import raw_packs
from tenders.models import Tender
from tenders.rules.lifecycle import Stage, Step, stage_after, stage_at
from tenders.rules.questionnaire import freeze
from tenders.rules.readiness import Plan, must_fix
from tenders.rules.timetable import opens_from

# Name → what returns the raw form of a later station's content (the clause library).
Libraries = Mapping[str, Callable[[], Any]]


class ReferenceTaken(DomainError):
    """Another tender of the authority has this reference."""


class TenderPublished(DomainError):
    """Somebody wanted to change what a published tender asks."""


class NotReady(DomainError):
    """A draft still lacks what publication needs."""


class BiddingNotClosed(DomainError):
    """Somebody wanted to open bids before the closing time."""


@dataclass(frozen=True, kw_only=True)
class Details:
    """What an officer decides about a tender, apart from its facts."""

    title: str
    reference: str
    pack_id: str
    quality_weight: int
    closes_at: datetime | None


def create_tender(details: Details, *, by: Viewer) -> Tender:
    """Make a draft, with the key under which its bids will be sealed. Raises ReferenceTaken."""
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
    queries.pack_of(tender)
    with _unique_reference(), transaction():
        db.session.add(tender)
        db.session.flush()
        _record("tender.created", tender, by, pack=details.pack_id)
    return tender


def edit_tender(tender: Tender, details: Details, *, by: Viewer) -> None:
    """Change a draft. Raises TenderPublished and ReferenceTaken."""
    with _unique_reference(), transaction():
        draft = _draft(tender)
        for name, value in asdict(details).items():
            setattr(draft, name, value)
        queries.pack_of(draft)
        db.session.flush()
        _record(
            "tender.edited",
            draft,
            by,
            pack=details.pack_id,
            quality_weight=details.quality_weight,
            closes_at=_written(details.closes_at),
        )


def set_facts(tender: Tender, facts: Mapping[str, Any], *, by: Viewer) -> None:
    """Replace the tender facts, given as stored (question_bank kinds). Raises TenderPublished."""
    with transaction():
        draft = _draft(tender)
        draft.facts = dict(facts)
        _record("tender.facts_set", draft, by, facts=sha256_hex(canonical_json(draft.facts)))


def plan_of(tender: Tender) -> Plan:
    """Return the draft as the rules of readiness see it."""
    return Plan(
        title=tender.title,
        reference=tender.reference,
        quality_weight=tender.quality_weight,
        closes_at=clock.london(tender.closes_at) if tender.closes_at else None,
        facts=tender.facts,
        fact_specs=shipped_bank().facts,
        pack_problems=tuple(weight_problems(queries.pack_of(tender))),
    )


def publish_tender(tender: Tender, *, by: Viewer, libraries: Libraries) -> None:
    """Freeze what is asked and open the tender to suppliers until it closes.

    Raises StepNotAllowed for a tender no longer a draft, NotReady for one that lacks something.
    """
    with transaction():
        draft = _current(tender)
        stage = stage_after(draft.stage, Step.PUBLISH)
        moment = clock.now()
        problems = must_fix(plan_of(draft), moment)
        if problems:
            raise NotReady(". ".join(problem.message for problem in problems))
        text = frozen_questionnaire(draft, libraries)
        draft.stage = stage
        draft.questionnaire_text = text
        draft.questionnaire_sha256 = sha256_hex(text)
        draft.published_at = moment
        draft.published_by_id = by.person_id
        _record(
            "tender.published",
            draft,
            by,
            questionnaire=draft.questionnaire_sha256,
            closes_at=_written(draft.closes_at),
        )


def frozen_questionnaire(tender: Tender, libraries: Libraries) -> str:
    """Return the canonical JSON of everything ``tender`` would be run by if published now."""
    frozen = freeze(
        shipped_bank(),
        queries.pack_of(tender),
        raw_packs()[tender.pack_id],
        terms=published_terms(tender),
        libraries={name: load() for name, load in libraries.items()},
    )
    return canonical_json(frozen)


def published_terms(tender: Tender) -> dict[str, Any]:
    """Return the rules of marking, in words, with the facts that rules compare answers with."""
    return {
        "quality_weight": tender.quality_weight,
        "scale": "0–5",
        "formula": "score of a question = weight × mark ÷ 5; score of a section = sum of its "
        "questions; quality = sum of section × section weight ÷ 100",
        "rounding": "once, half up, 2 places",
        "ties": "shared rank",
        "facts": dict(tender.facts),
    }


def open_bids(tender: Tender, *, by: Viewer) -> None:
    """Let the buying side read the bids, from now on and for good.

    Raises BiddingNotClosed before the closing time, StepNotAllowed if already opened.
    """
    with transaction():
        current = _current(tender)
        moment = clock.now()
        stage = stage_at(current.stage, current.closes_at, moment)
        if stage is Stage.OPEN and current.closes_at is not None:
            raise BiddingNotClosed(
                "You cannot open the bids because bidding closes on "
                f"{clock.show_moment(current.closes_at)}"
            )
        if current.closes_at is not None and moment < opens_from(current.closes_at):
            raise BiddingNotClosed(
                "You cannot open the bids in the first minute after closing, because bids that "
                "arrived in time are still being stored: try again in a minute"
            )
        current.stage = stage_after(stage, Step.OPEN_BIDS)
        current.opened_at = moment
        current.opened_by_id = by.person_id
        _record("tender.bids_opened", current, by, closes_at=_written(current.closes_at))


def start_marking(tender: Tender, *, by: Viewer) -> None:
    """Note that the first mark is given; nothing happens when marking has begun already."""
    with transaction():
        current = _current(tender)
        if current.stage is not Stage.EVALUATING:
            current.stage = stage_after(current.stage, Step.START_MARKING)
            _record("tender.marking_started", current, by)


def _current(tender: Tender) -> Tender:
    """Return the tender as it is now, kept from changing until the transaction ends."""
    return db.session.scalars(
        select(Tender)
        .where(Tender.id == tender.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _draft(tender: Tender) -> Tender:
    current = _current(tender)
    if current.stage is not Stage.DRAFT:
        raise TenderPublished(
            "You cannot change this tender because it is published: what was asked is frozen"
        )
    return current


def _record(action: str, tender: Tender, by: Viewer, **details: Any) -> None:
    audit.record(action, actor=by.person_token, subject=("tender", tender.token), **details)


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


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
