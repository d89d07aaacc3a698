"""A tender of very many bids with everything marked, agreed and priced, by bulk insert."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from accounts import queries as people
from accounts.models import Organisation, Person
from accounts.rules.roles import OrganisationKind, Role
from benchmarks.pages import write
from foundation import clock
from foundation.database import db, transaction
from foundation.tokens import new_token
from scoring import service as service_of_scoring
from scoring.models import AgreedMark, BidStanding, Mark, MarkLock, QualityAgreed
from scoring.queries.standing_rows import worked_out
from scoring.service.standings import set_prices
from supplier_portal.models import Bid
from supplier_portal.rules.stages import BidStage
from tenders import planning, service
from tenders.award import TOPIC
from tenders.models import Tender
from tenders.queries import questionnaire_of
from tenders.rules.award import Award, Formula, TieBreak, written
from tenders.rules.lifecycle import Stage
from tenders.service.planning import save_sheet
from tests import evaluating, factories
from tests.synthetic import large_plan

WORDS = "The answer names the test, its date and who did it, and says what was found."
AWARD = Award(formula=Formula.LOWEST, ties=(TieBreak.QUALITY, TieBreak.PRICE, TieBreak.LOTS))


@dataclass(frozen=True)
class Made:
    tender: Tender
    officer: Person
    evaluator: Person


def build(bids: int, questions: int, evaluators: int = 2, *, agreed: bool = True) -> Made:
    """Write the tender with all its rows; if not ``agreed``, only marks, the first's not locked."""
    officer = factories.make_person(Role.OFFICER)
    [home] = people.organisations_of(officer)
    marking = [factories.make_person(Role.EVALUATOR, home) for _ in range(evaluators)]
    by = factories.viewer_of(officer)
    tender = published(officer, questions)
    asked = [one.id for one in questionnaire_of(tender).questions if one.is_marked]
    chance = random.Random(1)  # noqa: S311
    with transaction():
        ids = write_bids(tender, officer, bids)
        levels = {bid_id: chance.choice((2, 3, 3, 4)) for bid_id in ids}
        evaluating.declare_for(tender)
        service_of_scoring.allocate(tender, asked, [one.id for one in marking], by=by)
        for person in marking:
            write(Mark, marks(levels, asked, person, chance))
            if not agreed and person is marking[0]:
                continue
            lock(tender, person, len(ids) * len(asked))
        if not agreed:
            return Made(tender, officer, marking[0])
        write(AgreedMark, all_agreed(levels, asked, officer, chance))
        worked = worked_out(tender, {bid_id: {} for bid_id in ids})
        write(BidStanding, standings(tender, worked))
        say_agreed(tender, officer)
    prices = {bid_id: Decimal(chance.randint(9_000_000, 15_000_000)) / 100 for bid_id in ids}
    set_prices(tender, prices, by=by)
    return Made(tender, officer, marking[0])


def published(officer: Person, questions: int) -> Tender:
    by = factories.viewer_of(officer)
    details = service.Details(
        title="Large",
        reference="L-1",
        pack_id="",
        quality_weight=60,
        closes_at=clock.now() + timedelta(days=30),
    )
    tender = service.create_tender(details, by=by, plan=large_plan(questions, 1))
    sheet = planning.latest(tender, TOPIC)
    save_sheet(tender, TOPIC, written(AWARD), version=sheet.version, by=by)
    service.publish_tender(tender, by=by, libraries={})
    with transaction():
        tender.stage, tender.opened_at = Stage.EVALUATING, clock.now()
    return tender


def write_bids(tender: Tender, officer: Person, count: int) -> list[int]:
    now = clock.now()
    before = db.session.scalar(select(func.max(Organisation.id))) or 0
    write(
        Organisation,
        (
            {
                "token": new_token(),
                "kind": OrganisationKind.SUPPLIER,
                "name": f"Supplier {number:05}",
                "legal_name": f"Supplier {number:05} Limited",
            }
            for number in range(count)
        ),
    )
    suppliers = db.session.scalars(
        select(Organisation.id).where(
            Organisation.kind == OrganisationKind.SUPPLIER, Organisation.id > before
        )
    ).all()
    write(
        Bid,
        (
            {
                "token": new_token(),
                "tender_id": tender.id,
                "supplier_id": supplier,
                "stage": BidStage.OPENED,
                "revision": 1,
                "key_for_supplier": "",
                "changed_at": now,
                "needs_sign_off": False,
                "shares_assurance": False,
                "created_at": now,
                "created_by_id": officer.id,
            }
            for supplier in suppliers
        ),
    )
    found = db.session.scalars(select(Bid.id).where(Bid.tender_id == tender.id).order_by(Bid.id))
    return list(found)


def cells(
    levels: dict[int, int], asked: list[str], chance: random.Random
) -> Iterator[dict[str, Any]]:
    """Yield what marks of one round have in common; most are near the level of their bid."""
    for bid_id, level in levels.items():
        for question in asked:
            yield {
                "bid_id": bid_id,
                "question_id": question,
                "number": 1,
                "mark": min(5, max(0, level + chance.choice((-1, 0, 0, 1)))),
                "reason": WORDS,
                "feedback": WORDS,
                "internal_comment": "",
                "suggested": 5,
                "points": {},
                "warned": [],
            }


def marks(
    levels: dict[int, int], asked: list[str], person: Person, chance: random.Random
) -> Iterator[dict[str, Any]]:
    alone = {"cites": [], "evaluator_id": person.id, "saved_at": clock.now()}
    return (cell | alone for cell in cells(levels, asked, chance))


def all_agreed(
    levels: dict[int, int], asked: list[str], officer: Person, chance: random.Random
) -> Iterator[dict[str, Any]]:
    together = {
        "why_not_higher": "",
        "why_moved": WORDS,
        "present": [],
        "considered": [],
        "reopened_because": "",
        "signed_by_id": officer.id,
        "signed_at": clock.now(),
    }
    return (cell | together for cell in cells(levels, asked, chance))


def lock(tender: Tender, person: Person, count: int) -> None:
    last = db.session.scalar(select(func.max(Mark.id)))
    db.session.add(
        MarkLock(
            tender_id=tender.id,
            person_id=person.id,
            number=1,
            last_mark_id=last,
            marks=count,
            sha256="",
            locked_at=clock.now(),
        )
    )


def standings(tender: Tender, worked: Any) -> Iterator[dict[str, Any]]:
    more = {"tender_id": tender.id, "price": None, "worked_out_at": clock.now()}
    return (values.columns() | more | {"bid_id": bid_id} for bid_id, values in worked.items())


def say_agreed(tender: Tender, officer: Person) -> None:
    db.session.add(
        QualityAgreed(
            tender_id=tender.id,
            number=1,
            sha256="",
            last_mark_id=db.session.scalar(select(func.max(AgreedMark.id))),
            agreed_by_id=officer.id,
            agreed_at=clock.now(),
        )
    )
