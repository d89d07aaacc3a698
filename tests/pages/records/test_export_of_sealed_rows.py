"""What the export tells of schedules, contracts and low prices: each row opened, and as its own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from accounts.models import Organisation
from contract_clauses import seals
from contract_clauses.rules.reassessing import Step
from foundation import clock
from foundation.database import db
from foundation.tokens import new_token
from records.exporting import exported
from scoring.models import RiskRow
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid, Submission
from supplier_portal.rules.stages import READABLE
from tenders.models import Tender
from tests.owned_rows import Owned, add


@pytest.fixture
def council(demonstration_built):
    return db.session.scalars(
        select(Organisation).join(Tender, Tender.authority_id == Organisation.id)
    ).first()


@pytest.fixture
def bid(council):
    return db.session.scalars(
        select(Bid)
        .join(Tender, Tender.id == Bid.tender_id)
        .join(RiskRow, RiskRow.bid_id == Bid.id)
        .where(Tender.authority_id == council.id, Bid.stage.in_(READABLE))
        .order_by(Bid.id)
    ).first()


@pytest.fixture
def owned(council, bid):
    """Whose rows are added: the bid's and its council's, as nobody else has them."""
    person = db.session.scalars(
        select(Submission.author_id).where(Submission.bid_id == bid.id)
    ).first()
    ids = {"bid": bid.id, "tender": bid.tender_id, "person": person, "organisation": council.id}
    return Owned(ids, [bid.supplier_id])


def told(council):
    return json.loads(b"".join(exported(council, clock.now())))["tables"]


class Sealing:
    """Adds rows whose content is sealed under the key of one bid."""

    def __init__(self, bid: Bid, owned: Owned) -> None:
        self.bid, self.owned, self.key = bid, owned, bid_seals.opened_key(bid)

    def seal(self, kind: str, name: str, value: Any) -> bytes:
        return seals.seal(kind, name, self.key, value)

    def named(self, table: str, kind: str, column: str, value: Any, **said: Any) -> str:
        """Add a row that is sealed for its own token, which is returned."""
        token = new_token()
        add(table, self.owned, token=token, **{column: self.seal(kind, token, value)}, **said)
        return token


def add_twice_what_is_sealed(bid, owned):
    """Add two rows of everything that is sealed of schedules and contracts."""
    made = Sealing(bid, owned)
    seal = made.seal
    add("contract", owned, authority_id=owned.ids["organisation"])
    for number in (902, 901):
        said = {"number": number}
        made.named("issued_schedule", "issued-schedule", "sealed_text", f"issued {number}", **said)
        token = new_token()
        add(
            "negotiated_schedule", owned, token=token, **said,
            sealed_about=seal("negotiated-about", token, f"about {number}"),
            sealed_read=seal("negotiated-read", token, f"read {number}"),
        )  # fmt: skip
        clause = {"clause_id": f"C{number}", **said}
        name = f"{bid.token}:C{number}:{number}"
        words = seal("clause-redraft", name, f"words {number}")
        add("clause_redraft", owned, sealed_words=words, **clause)
        add("clause_event", owned, sealed=seal("clause-event", name, f"step {number}"), **clause)
        made.named("obligation", "obligation", "sealed_words", f"duty {number}")
        due = new_token()
        add("obligation_due", owned, token=due)
        words = seal("obligation-event", f"{due}:{number}", f"done {number}")
        add("obligation_event", owned, sealed_words=words, **said)
        made.named("obligation_file", "obligation-file", "sealed_about", f"file {number}")
        one = new_token()
        add("reassessment", owned, token=one, **said)
        answer = seal("reassessment-answer", f"{one}:SLP-07.a:{number}", f"answer {number}")
        add("reassessment_answer", owned, part_id="SLP-07.a", version=number, sealed=answer)
        made.named("reassessment_file", "reassessment-file", "sealed_about", f"proof {number}")
        words = seal("reassessment-event", f"{one}:{number}", f"handed in {number}")
        add("reassessment_event", owned, step=Step.HANDED_IN, sealed=words, **said)


SEALED = {
    "issued_schedule": ("content", "issued"),
    "negotiated_schedule": ("content", "read"),
    "clause_redraft": ("content", "words"),
    "clause_event": ("content", "step"),
    "obligation": ("content", "duty"),
    "obligation_event": ("content", "done"),
    "obligation_file": ("content", "file"),
    "reassessment_answer": ("content", "answer"),
    "reassessment_file": ("content", "proof"),
    "reassessment_event": ("content", "handed in"),
}


def test_each_sealed_row_of_schedules_and_contracts_is_opened_as_its_own(council, bid, owned):
    add_twice_what_is_sealed(bid, owned)

    made = told(council)

    for table, (column, word) in SEALED.items():
        assert [row.get(column) for row in made[table]][-2:] == [f"{word} 902", f"{word} 901"], (
            table
        )
    assert [row["about"] for row in made["negotiated_schedule"]][-2:] == ["about 902", "about 901"]


def test_what_seals_nothing_tells_nothing_and_what_was_destroyed_says_so(council, bid, owned):
    add_twice_what_is_sealed(bid, owned)
    add("clause_redraft", owned, clause_id="C903", number=903)
    redrafts = told(council)["clause_redraft"]
    db.session.execute(update(Tender).values(content_destroyed_at=clock.now()))

    made = told(council)

    assert "content" not in redrafts[-1]
    for table in SEALED:
        assert {row["content"] for row in made[table]} == {"destroyed"}, table
