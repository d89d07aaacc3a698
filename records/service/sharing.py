"""Choosing to share, asking to read what a supplier answered, and the supplier's word on it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from accounts.queries import Viewer
from accounts.queries.team import everybody_in
from accounts.rules.roles import Permission, allows
from contract_clauses.queries.contracts import ContractSeen, my_contract
from contract_clauses.service.contracts import locked, note
from foundation import audit, clock, mail
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from records.models import AnswersConsent, SharingChoice
from records.queries.consents import (
    QuestionRead,
    Request,
    answers_by_consent,
    own_request,
    request_in,
)
from records.queries.sharing import shared_contract
from records.rules.sharing import (
    Consent,
    SharingRefused,
    checked_until,
    checked_words,
    may_ask,
)
from supplier_portal.queries import people_of

ASKED, ANSWERED = "answers.asked", "answers.answered"
PAGE, SUPPLIERS_PAGE = "records.shared_contract_page", "records.my_sharing"


def choose(shares: bool, words: str, *, based_on: int, by: Viewer) -> SharingChoice:
    """Let the viewer's authority share how suppliers stand, or share no longer.

    Raises SharingRefused.
    """
    why = checked_words(words, "Enter why")
    with transaction():
        number = _chosen(by.organisation_id)
        if number != based_on:
            raise SharingRefused("A colleague chose meanwhile. Look at it and choose again")
        last = db.session.scalar(
            select(SharingChoice.shares).where(
                SharingChoice.authority_id == by.organisation_id, SharingChoice.number == number
            )
        )
        if bool(last) is shares:
            raise SharingRefused("You cannot choose this because it is so already", field="shares")
        row = SharingChoice(
            authority_id=by.organisation_id,
            number=number + 1,
            shares=shares,
            why=why,
            done_by_id=by.person_id,
            done_at=clock.now(),
        )
        db.session.add(row)
        db.session.flush()
        audit.record(
            "assurance.sharing_chosen",
            actor=by.person_token,
            subject=("organisation", by.organisation_token),
            number=row.number,
            shares=shares,
            why=sha256_hex(why),
        )
    return row


def ask(contract: str, words: str, *, by: Viewer) -> AnswersConsent:
    """Ask the supplier of another authority's contract to let its answers be read.

    Raises SharingRefused and NoResultFound.
    """
    why = checked_words(words, "Enter what you need the answers for: the supplier reads it")
    with transaction():
        seen = _held(shared_contract(by, contract))
        request = own_request(by, seen)
        if request is not None and not may_ask(request.consent):
            raise SharingRefused("You cannot ask because the supplier was asked already")
        number = request.number + 1 if request else 1
        row = _added(seen, by.organisation_id, number, None, None, why, by)
        text = (
            f"{by.organisation_name} asks you to let it read what you answered in the bid behind "
            f"contract {seen.reference}. Nothing of it is shown unless you agree. Here you see "
            "what would be read, and decide.\n\n"
            f"{mail.link(SUPPLIERS_PAGE, contract=seen.token)}\n"
        )
        people = people_of(seen.bid, Permission.ANSWERS_SHARE)
        subject = f"{seen.tender.reference}: another authority asks to read your answers"
        mail.post(ASKED, row.token, people, subject, text)
    return row


def give(
    contract: str, token: str, until: date | None, words: str, *, based_on: int, by: Viewer
) -> None:
    """Let the authority that asked read the answers through a day. Raises SharingRefused."""
    day = checked_until(until, clock.london(clock.now()).date())
    with transaction():
        seen, request = _asked(contract, token, based_on, by)
        if request.consent is not Consent.ASKED:
            raise SharingRefused("You cannot agree because nobody waits for your word")
        row = _added(seen, request.authority_id, request.number + 1, True, day, words.strip(), by)
        _tell(seen, row)


def refuse(contract: str, token: str, words: str, *, based_on: int, by: Viewer) -> None:
    """Refuse what was asked, or take back what was agreed; from then on nothing can be read.

    Raises SharingRefused.
    """
    with transaction():
        seen, request = _asked(contract, token, based_on, by)
        if request.consent not in (Consent.ASKED, Consent.GIVEN):
            raise SharingRefused("You cannot take this back because nothing is agreed")
        row = _added(seen, request.authority_id, request.number + 1, False, None, words.strip(), by)
        _tell(seen, row)


def read(contract: str, *, by: Viewer) -> tuple[ContractSeen, Request, list[QuestionRead]]:
    """Return the answers a supplier lets the viewer's authority read, and write down that they
    were read. Raises NoResultFound unless the word counts now."""
    with transaction():
        seen = _held(shared_contract(by, contract))
        request, found = answers_by_consent(by, seen)
        note(
            "answers.read_by_consent",
            seen.contract,
            by,
            authority=by.organisation_token,
            consent=request.token,
            number=request.number,
        )
    return seen, request, found


def _asked(contract: str, token: str, based_on: int, by: Viewer) -> tuple[ContractSeen, Request]:
    seen = _held(my_contract(by, contract, to=Permission.ANSWERS_SHARE))
    request = request_in(seen, token)
    if request.number != based_on:
        raise SharingRefused("Something happened meanwhile. Look at it and decide again")
    return seen, request


def _held(seen: ContractSeen) -> ContractSeen:
    """Keep the steps about a contract from crossing until the transaction ends."""
    locked(seen.contract)
    return seen


def _added(
    seen: ContractSeen,
    authority_id: int,
    number: int,
    given: bool | None,
    until: date | None,
    words: str,
    by: Viewer,
) -> AnswersConsent:
    row = AnswersConsent(
        contract_id=seen.contract.id,
        authority_id=authority_id,
        number=number,
        given=given,
        until=until,
        words=words,
        done_by_id=by.person_id,
        done_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    note(
        {None: ASKED, True: "answers.shared", False: "answers.not_shared"}[given],
        seen.contract,
        by,
        consent=row.token,
        number=number,
        until=until.isoformat() if until else None,
        words=sha256_hex(words),
    )
    return row


def _tell(seen: ContractSeen, row: AnswersConsent) -> None:
    """Tell those of the authority that asked who may ask: that there is an answer, not which."""
    people = [
        one.email
        for one in everybody_in(row.authority_id)
        if allows(one.roles, Permission.CONTRACT_KEEP)
    ]
    text = (
        "The supplier has decided about reading its answers.\n\n"
        f"{mail.link(PAGE, contract=seen.token)}\n"
    )
    mail.post(ANSWERED, row.token, people, "A supplier decided about its answers", text)


def _chosen(authority_id: int) -> int:
    found = select(func.max(SharingChoice.number)).where(SharingChoice.authority_id == authority_id)
    return db.session.scalar(found) or 0
