"""A yearly assessment: opened by the council, answered by the supplier, settled or sent back.

Everything is only added: a draft saved again is another version, and each step holds what was
handed in or written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses import seals
from contract_clauses.models import Reassessment, ReassessmentAnswer, ReassessmentEvent
from contract_clauses.queries.contracts import ContractSeen, contract_seen, my_contract
from contract_clauses.queries.reassess_effects import made_worse
from contract_clauses.queries.reassess_files import must_name_no_refused_file
from contract_clauses.queries.reassess_open import reopened_of
from contract_clauses.queries.reassessing import (
    ANSWER,
    EVENT,
    Round,
    Rounds,
    answer_name,
    event_name,
)
from contract_clauses.queries.recording import emails_of, keepers
from contract_clauses.rules.reassessing import (
    Given,
    RoundRefused,
    RoundState,
    Step,
    checked_due,
    checked_words,
    is_same,
    not_answered,
)
from contract_clauses.service.contracts import locked, note
from contract_clauses.service.reassess_watch import look_at_rounds
from contract_clauses.service.watching_rounds import RanOut, Reopened
from foundation import clock, mail
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.tokens import new_token
from question_bank.rules.answers import read_draft
from scoring.rules.reopening import Rule
from scoring.service.reopening import settle_each
from supplier_portal.queries import people_of

OPENED, HANDED_IN = "reassessment.opened", "reassessment.handed_in"
DECIDED = "reassessment.decided"
ANSWERED_ANEW = "The supplier answered it again in a yearly assessment, which is settled."
MOST_NAMED = 5


class Overtaken(RoundRefused):
    """A colleague saved the same part since the page was opened."""

    def __init__(self, author: str, version: int) -> None:
        super().__init__(
            f"{author} saved an answer to this while you were writing: look at it below. Saving "
            "again keeps what stands in your boxes"
        )
        self.version = version


def open_round(seen: ContractSeen, due_on: date, *, by: Viewer) -> Reassessment:
    """Open a round with what may have changed as of now. Raises RoundRefused."""
    with transaction():
        contract = locked(seen.contract)
        now = contract_seen(by, contract.token, to=Permission.CONTRACT_KEEP)
        if contract.ended_on is not None:
            raise RoundRefused("You cannot open an assessment because the contract has ended")
        rounds = Rounds(now)
        if rounds.running is not None:
            raise RoundRefused("You cannot open an assessment because one is not settled yet")
        checked_due(due_on, now.today)
        asked = rounds.to_ask()
        if not asked:
            raise RoundRefused("You cannot open an assessment because nothing can have changed")
        row = Reassessment(
            token=new_token(),
            contract_id=contract.id,
            number=len(rounds.listed) + 1,
            asked=[{"part": one.part, "because": [*one.because]} for one in asked],
            due_on=due_on,
            opened_at=clock.now(),
            opened_by_id=by.person_id,
        )
        db.session.add(row)
        db.session.flush()
        note(
            "reassessment.opened", contract, by,
            reassessment=row.token, due_on=due_on.isoformat(), parts=len(asked),
        )  # fmt: skip
        _tell_supplier(now, row, OPENED, "a yearly assessment is to be answered")
        look_at_rounds(now, now.today)
    return row


def save_answer(
    seen: ContractSeen,
    token: str,
    part_id: str,
    given: Given,
    *,
    by: Viewer,
    arrived_at: datetime,
) -> None:
    """Save a draft for one part; ``given.version``: the one its page was based on.

    Raises RoundRefused, and Overtaken where a colleague was faster.
    """
    words = checked_words(given.words)
    with transaction():
        now, one = round_to_answer(seen, token, by)
        part = one.part(part_id)
        stood = one.saved.get(part_id)
        version = stood.given.version if stood else 0
        if version != given.version and stood is not None:
            raise Overtaken(stood.by, version)
        value = before = one.before.get(part_id)
        if not given.unchanged:
            read = read_draft(part, given.value)
            if read.problems:
                raise RoundRefused(read.problems[0].message)
            value = read.value
        new = Given(version + 1, is_same(value, before), value, words)
        add_answer(one, part_id, new, by, arrived_at)
        note(
            "reassessment.saved", now.contract, by,
            reassessment=token, part=part_id, version=version + 1,
        )  # fmt: skip


def still_right(
    seen: ContractSeen, token: str, part_ids: list[str], *, by: Viewer, arrived_at: datetime
) -> int:
    """Say of several parts that nothing changed; those somebody answered already stay."""
    with transaction():
        now, one = round_to_answer(seen, token, by)
        wanted = [
            again.part
            for again in one.asked
            if again.part in part_ids and again.part not in one.saved
        ]
        for part_id in wanted:
            same = Given(1, True, one.before.get(part_id))
            add_answer(one, part_id, same, by, arrived_at)
        if wanted:
            note("reassessment.saved", now.contract, by, reassessment=token, parts=wanted)
    return len(wanted)


def hand_in(seen: ContractSeen, token: str, words: str, *, by: Viewer) -> None:
    """Hand a round in as it stands. Raises RoundRefused naming what is not answered yet."""
    said = checked_words(words)
    with transaction():
        now, one = round_to_answer(seen, token, by)
        left = [f"{part.label} ({why})" for part, why in not_answered(
            one.asked, one.given, one.parts
        )]  # fmt: skip
        if left:
            more = f", and {len(left) - MOST_NAMED} more" if len(left) > MOST_NAMED else ""
            raise RoundRefused(
                "You cannot hand the assessment in because something is left: "
                f"{'; '.join(left[:MOST_NAMED])}{more}"
            )
        must_name_no_refused_file(one)
        asked = {part.part for part in one.asked}
        answers = {part: asdict(had) for part, had in one.given.items() if part in asked}
        _add_step(one, Step.HANDED_IN, {"words": said, "answers": answers}, said, by)
        mail.post(
            HANDED_IN,
            f"{token}:{len(one.steps) + 1}",
            emails_of(keepers(now.contract.authority_id, now.bid), first=now.contract.manager_id),
            f"{now.reference}: a yearly assessment was handed in",
            f"{now.supplier.name} has answered the yearly assessment of contract {now.reference}."
            "\n\nSee what differs, and settle it or send it back: "
            f"{mail.link('contract_clauses.reassessment', contract=now.token, assessment=token)}\n",
        )


def settle_round(seen: ContractSeen, token: str, words: str, *, by: Viewer) -> int:
    """Settle a round: its answers stand from now on, and answers that were reopened are done.

    Risks for which they give a new cause open again, with the clauses behind them; return how many
    things that are.
    """
    said = checked_words(words, needed="Enter what you looked at and what follows from it")
    with transaction():
        now, one = _handed_in(seen, token, by)
        worse = made_worse(by, one, to=Permission.CONTRACT_KEEP)
        _add_step(one, Step.SETTLED, {"words": said}, said, by)
        asked = {part.part for part in one.asked}
        settle_each([row for row in reopened_of(now) if row.subject in asked], ANSWERED_ANEW, by=by)
        again = Reopened(now.bid.id, now.contract.authority_id)
        again.add(RanOut(Rule.ASSESSMENT, one.token, now.today), (), worse)
        again.open()
        _tell_supplier(now, one.row, DECIDED, "the yearly assessment is settled", len(one.steps))
    return len(worse.risks) + len(worse.clauses)


def send_back(seen: ContractSeen, token: str, words: str, *, by: Viewer) -> None:
    """Send a round back: the supplier changes its answers and hands it in again."""
    said = checked_words(words, needed="Enter what is missing or to be changed")
    with transaction():
        now, one = _handed_in(seen, token, by)
        _add_step(one, Step.SENT_BACK, {"words": said}, said, by)
        _tell_supplier(now, one.row, DECIDED, "the yearly assessment came back", len(one.steps))


def round_to_answer(seen: ContractSeen, token: str, by: Viewer) -> tuple[ContractSeen, Round]:
    """Return a round as its supplier may answer it now, its contract locked."""
    locked(seen.contract)
    now = my_contract(by, seen.token, to=Permission.OBLIGATION_SHOW)
    one = Rounds(now).round(token)
    must_be_with_supplier(one)
    return now, one


def must_be_with_supplier(one: Round) -> None:
    """Raise RoundRefused where the supplier of a round changes nothing of it now."""
    if not one.is_with_supplier:
        raise RoundRefused(
            "You cannot change this because the assessment is "
            + ("with the council" if one.state is RoundState.HANDED_IN else "settled")
        )


def _handed_in(seen: ContractSeen, token: str, by: Viewer) -> tuple[ContractSeen, Round]:
    locked(seen.contract)
    now = contract_seen(by, seen.token, to=Permission.CONTRACT_KEEP)
    one = Rounds(now).round(token)
    if one.state is not RoundState.HANDED_IN:
        raise RoundRefused(
            "You cannot decide on this because the assessment "
            + ("is settled" if one.state is RoundState.SETTLED else "is with the supplier")
        )
    return now, one


def add_answer(one: Round, part_id: str, given: Given, by: Viewer, arrived_at: datetime) -> None:
    """Keep another version of the answer to a part."""
    name = answer_name(one.row, part_id, given.version)
    held = {"value": given.value, "words": given.words}
    db.session.add(
        ReassessmentAnswer(
            reassessment_id=one.row.id,
            part_id=part_id,
            version=given.version,
            unchanged=given.unchanged,
            sealed=seals.seal(ANSWER, name, one.seen.key, held),
            answered_by_id=by.person_id,
            answered_at=arrived_at,
        )
    )
    db.session.flush()


def _add_step(one: Round, step: Step, held: Mapping[str, Any], words: str, by: Viewer) -> None:
    number = len(one.steps) + 1
    db.session.add(
        ReassessmentEvent(
            reassessment_id=one.row.id,
            number=number,
            step=step,
            sealed=seals.seal(EVENT, event_name(one.row, number), one.seen.key, held),
            done_by_id=by.person_id,
            done_at=clock.now(),
        )
    )
    db.session.flush()
    look_at_rounds(one.seen, one.seen.today)
    name = {
        Step.HANDED_IN: "reassessment.handed_in",
        Step.SENT_BACK: "reassessment.sent_back",
        Step.SETTLED: "reassessment.settled",
    }[step]
    note(name, one.seen.contract, by, reassessment=one.token, words=sha256_hex(words))


def _tell_supplier(
    seen: ContractSeen, row: Reassessment, kind: str, what: str, number: int = 0
) -> None:
    where = mail.link("contract_clauses.my_reassessment", contract=seen.token, assessment=row.token)
    mail.post(
        kind,
        f"{row.token}:{number}",
        people_of(seen.bid, Permission.OBLIGATION_SHOW),
        f"{seen.reference}: {what}",
        f"Under your contract {seen.reference} with {seen.authority.name}, {what}.\n\n"
        f"Due on {clock.show_date(row.due_on)}. Look at it here: {where}\n",
    )
