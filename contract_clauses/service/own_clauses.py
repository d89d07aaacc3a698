"""Everything that changes an authority's own clauses. Each save is kept, with its words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from accounts.queries import Viewer
from contract_clauses.models import OwnClause, OwnClauseVersion
from contract_clauses.queries import own_clauses as queries
from contract_clauses.rules.editing import OwnClauseStatus
from contract_clauses.rules.own_clauses import blank_clause, next_clause_id
from foundation import audit, clock
from foundation.canonical import fingerprint
from foundation.database import db, held, transaction
from foundation.errors import DomainError
from question_bank.queries.own import prefix_of
from question_bank.rules.questions import Bank

Raw = dict[str, Any]


class LettersNeeded(DomainError):
    """An authority has not chosen yet how its own ids begin."""


class ClauseChangedMeanwhile(DomainError):
    """Somebody else changed the clause while it was being edited."""


class ClauseNotSound(DomainError):
    """A clause lacks something and cannot be used yet."""


class ClauseRetired(DomainError):
    """A retired clause stays as it is."""


class ClauseNotAgreed(DomainError):
    """Nobody asks, or somebody else has to agree that a clause may be used."""


def create_clause(title: str, *, by: Viewer, start: Raw | None = None) -> OwnClause:
    """Make a draft, empty or after ``start``. Raises LettersNeeded and TooMany."""
    prefix = prefix_of(by.organisation_id)
    if prefix is None:
        raise LettersNeeded("Choose first how the ids of your authority begin")
    try:
        with transaction():
            used = [own.clause_id for own in queries.own_clauses(by.organisation_id)]
            own = OwnClause(
                authority_id=by.organisation_id,
                clause_id=next_clause_id(prefix, used),
                version=1,
                status=OwnClauseStatus.DRAFT,
                raw=(start or blank_clause(title)) | {"title": title.strip()},
                changed_at=clock.now(),
                changed_by_id=by.person_id,
            )
            db.session.add(own)
            db.session.flush()
            _keep(own, by, "Begun")
            _record("own_clause.created", own, by)
    except IntegrityError as error:
        raise DomainError(
            "Somebody else began a clause at the same moment: try again", field="title"
        ) from error
    return own


def change_clause(
    own: OwnClause, change: Callable[[Raw], Raw], *, by: Viewer, based_on: str, words: str
) -> OwnClause:
    """Change a draft, or begin the next version of a clause that is ready.

    Words that wait for agreement and are changed are a draft again. ``based_on`` is the
    fingerprint of what the person saw. Raises ClauseChangedMeanwhile.
    """
    with transaction():
        current = held(own)
        _refuse_retired(current)
        if fingerprint(current.raw) != based_on:
            raise ClauseChangedMeanwhile(
                "Somebody changed this clause while you had it open. What you entered is shown "
                "below: look at the clause, then save again"
            )
        changed = change(dict(current.raw))
        if changed == current.raw:
            return current
        if current.status is OwnClauseStatus.READY:
            current.version += 1
        current.status = OwnClauseStatus.DRAFT
        current.raw = changed
        _touch(current, by)
        _keep(current, by, words)
        _record("own_clause.changed", current, by, raw=fingerprint(changed))
    return current


def ask_for_agreement(own: OwnClause, words: str, *, by: Viewer, bank: Bank, based_on: str) -> None:
    """Put a clause that is sound to a reviewer, with what is new. Raises ClauseNotSound."""
    if not words.strip():
        raise DomainError("Enter what is new in this version", field="words")
    with transaction():
        current = held(own)
        _refuse_retired(current)
        if current.status is not OwnClauseStatus.DRAFT:
            return
        _refuse_other_words(current, based_on)
        _refuse_unsound(current, bank)
        current.status = OwnClauseStatus.ASKED
        _touch(current, by)
        _keep(current, by, words.strip())
        _record("own_clause.asked", current, by, raw=fingerprint(current.raw))


def agree_to_clause(own: OwnClause, *, by: Viewer, bank: Bank, based_on: str) -> None:
    """Let new tenders freeze the clause: the word of a reviewer who did not write this version.

    Raises ClauseNotAgreed, ClauseChangedMeanwhile and ClauseNotSound.
    """
    with transaction():
        current = held(own)
        if current.status is OwnClauseStatus.READY:
            return
        asked = _asked(current, by)
        _refuse_other_words(current, based_on)
        _refuse_unsound(current, bank)
        current.status = OwnClauseStatus.READY
        _touch(current, by)
        _keep(current, by, asked.words)
        _record("own_clause.ready", current, by, raw=fingerprint(current.raw))


def send_back_clause(own: OwnClause, reason: str, *, by: Viewer) -> None:
    """Make a draft again of a clause that a reviewer does not agree to."""
    if not reason.strip():
        raise DomainError("Enter what has to change first", field="reason")
    with transaction():
        current = held(own)
        _asked(current, by)
        current.status = OwnClauseStatus.DRAFT
        _touch(current, by)
        _keep(current, by, f"Sent back: {reason.strip()}")
        _record("own_clause.sent_back", current, by)


def _asked(own: OwnClause, by: Viewer) -> OwnClauseVersion:
    """Return the save that asks for agreement. Raises ClauseNotAgreed."""
    if own.status is not OwnClauseStatus.ASKED:
        raise ClauseNotAgreed(
            "You cannot decide on this clause because nobody asks for agreement to it any more"
        )
    saves = queries.saves_of(own)
    if by.person_id not in {one.person_id for one in queries.may_agree(own, saves)}:
        raise ClauseNotAgreed(
            "You cannot decide on this clause: a reviewer of your authority who wrote nothing "
            "of this version has to"
        )
    return saves[0]


def _refuse_other_words(own: OwnClause, based_on: str) -> None:
    if fingerprint(own.raw) != based_on:
        raise ClauseChangedMeanwhile(
            "You cannot do this because somebody changed the clause: look at it again"
        )


def _refuse_unsound(own: OwnClause, bank: Bank) -> None:
    faults = queries.examined(own, bank).faults
    if faults:
        raise ClauseNotSound(
            f"{own.clause_id} cannot be used in tenders because {len(faults)} "
            f"thing{'s are' if len(faults) > 1 else ' is'} still to be put right"
        )


def retire_clause(own: OwnClause, reason: str, *, by: Viewer) -> None:
    """Keep a clause out of new tenders; those that froze it keep it."""
    if not reason.strip():
        raise DomainError("Enter why the clause is retired", field="reason")
    with transaction():
        current = held(own)
        if current.status is OwnClauseStatus.RETIRED:
            return
        current.status = OwnClauseStatus.RETIRED
        _touch(current, by)
        _keep(current, by, reason.strip())
        _record("own_clause.retired", current, by)


def _refuse_retired(own: OwnClause) -> None:
    if own.status is OwnClauseStatus.RETIRED:
        raise ClauseRetired("You cannot change this clause because it is retired")


def _touch(own: OwnClause, by: Viewer) -> None:
    own.changed_at, own.changed_by_id = clock.now(), by.person_id


def _keep(own: OwnClause, by: Viewer, words: str) -> None:
    """Write down the clause as it now is, for good."""
    last = db.session.scalar(
        select(func.max(OwnClauseVersion.number)).where(OwnClauseVersion.own_clause_id == own.id)
    )
    db.session.add(
        OwnClauseVersion(
            own_clause_id=own.id,
            number=(last or 0) + 1,
            version=own.version,
            status=own.status,
            raw=dict(own.raw),
            words=words,
            saved_at=clock.now(),
            saved_by_id=by.person_id,
        )
    )
    db.session.flush()


def _record(action: str, own: OwnClause, by: Viewer, **details: Any) -> None:
    audit.record(
        action,
        actor=by.person_token,
        subject=("own-clause", own.token),
        clause=own.clause_id,
        version=own.version,
        **details,
    )
