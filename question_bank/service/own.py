"""Everything that changes an authority's own questions and packs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import IntegrityError

from accounts.queries import Viewer
from foundation import audit, clock
from foundation.canonical import fingerprint, sha256_hex
from foundation.database import db, held, transaction
from foundation.errors import DomainError
from question_bank.models import AuthorityBank, OwnQuestion, OwnQuestionVersion, OwnStatus
from question_bank.queries import own as queries
from question_bank.rules.own import ids, writing
from question_bank.rules.own.soundness import examine
from question_bank.rules.questions import Bank, Kind

Raw = dict[str, Any]


class PrefixChosen(DomainError):
    """How the own questions begin was chosen before; ids are permanent."""


class PrefixNeeded(DomainError):
    """An authority has not chosen yet how its own questions begin."""


class ChangedMeanwhile(DomainError):
    """Somebody else changed the question while it was being edited."""


class NotYetSound(DomainError):
    """A question lacks something and cannot be asked yet."""


class CannotChange(DomainError):
    """A retired question, or one of another authority, stays as it is."""


def choose_prefix(text: str, *, by: Viewer, bank: Bank) -> str:
    """Settle how the authority's own ids begin. Raises PrefixRefused and PrefixChosen."""
    taken = queries.prefixes_taken() | ids.reserved(bank.questions)
    with _one_of_a_kind("prefix"), transaction():
        kept = queries.authority_bank(by.organisation_id)
        if kept is not None and kept.prefix:
            raise PrefixChosen(
                f"You cannot choose again: your questions are called {kept.prefix}-01 and so on"
            )
        if kept is None:
            kept = AuthorityBank(authority_id=by.organisation_id, edition=None)
            db.session.add(kept)
        kept.prefix = ids.checked_prefix(text, taken)
        kept.changed_at, kept.changed_by_id = clock.now(), by.person_id
        db.session.flush()
        audit.record(
            "own_bank.prefix_chosen",
            actor=by.person_token,
            subject=("organisation", by.organisation_token),
            prefix=kept.prefix,
        )
    return kept.prefix


def create_question(
    title: str, topic: str, *, by: Viewer, copied: Mapping[str, Any] | None = None, edition: str
) -> OwnQuestion:
    """Make a draft, empty or after a question of the bank. Raises PrefixNeeded."""
    with _one_of_a_kind("title"), transaction():
        question_id = next_id(by)
        provenance: Raw = {}
        if copied is None:
            source = f"Added by {by.organisation_name}"
            raw = writing.blank_question(question_id, title=title, topic=topic, source=source)
        else:
            source = f"After {copied['id']} of the bank, edition {edition}: {copied['source']}"
            raw = writing.copied_question(copied, question_id, source=source)
            raw |= {"title": title, "topic": topic}
            provenance = {
                "copied_from": {
                    "question": str(copied["id"]),
                    "version": int(copied["version"]),
                    "edition": edition,
                }
            }
        own = _added(question_id, raw, by, status=OwnStatus.DRAFT, provenance=provenance)
        _record("own_question.created", own, by, after=provenance)
    return own


def next_id(by: Viewer) -> str:
    """Return the next free id of the authority's own. Raises PrefixNeeded."""
    prefix = queries.prefix_of(by.organisation_id)
    if prefix is None:
        raise PrefixNeeded("Choose first how the ids of your own questions begin")
    used = [own.question_id for own in queries.own_questions(by.organisation_id)]
    return ids.next_question_id(prefix, used)


def change_question(
    own: OwnQuestion, change: Callable[[Raw], Raw], *, by: Viewer, based_on: str, note: str
) -> OwnQuestion:
    """Change a draft, or begin the next version of a question that is ready.

    ``based_on`` is the fingerprint of what the person saw. Raises ChangedMeanwhile, CannotChange.
    """
    with transaction():
        current = held(own)
        refuse_change(current, by)
        if fingerprint(current.raw) != based_on:
            raise ChangedMeanwhile(
                "Somebody changed this question while you had it open. What you entered is shown "
                "below: look at the question, then save again"
            )
        changed = change(dict(current.raw))
        if changed == current.raw:
            return current
        if current.status is OwnStatus.READY:
            current.status, current.version = OwnStatus.DRAFT, current.version + 1
        current.raw = changed | {"version": current.version}
        current.changed_at, current.changed_by_id = clock.now(), by.person_id
        _record("own_question.changed", current, by, what=note, raw=fingerprint(current.raw))
    return current


def add_part(own: OwnQuestion, kind: Kind, *, by: Viewer, based_on: str) -> str:
    """Add an empty part and return its id, which no earlier version used."""
    before = [kept.raw for kept in queries.versions_of(own)]

    def added(raw: Raw) -> Raw:
        return writing.with_new_part(raw, kind, before)

    changed = change_question(own, added, by=by, based_on=based_on, note="part added")
    return str(changed.raw["parts"][-1]["id"])


def values_used(own: OwnQuestion, part_id: str) -> frozenset[str]:
    """Return the values and outcome ids the part ever had, in any version."""
    kept = [version.raw for version in queries.versions_of(own)]
    return ids.values_used([own.raw, *kept], part_id)


def mark_ready(own: OwnQuestion, *, by: Viewer, bank: Bank, clauses: Iterable[str]) -> None:
    """Let the question be asked; its words now stay as this version. Raises NotYetSound."""
    with transaction():
        current = held(own)
        refuse_change(current, by)
        if current.status is OwnStatus.READY:
            return
        faults = examine(current.raw, bank, clauses).faults
        if faults:
            raise NotYetSound(
                f"You cannot mark {current.question_id} as ready because {len(faults)} "
                f"thing{'s are' if len(faults) > 1 else ' is'} still to be put right"
            )
        current.status = OwnStatus.READY
        current.changed_at, current.changed_by_id = clock.now(), by.person_id
        keep_version(current, by)
        _record("own_question.ready", current, by, raw=fingerprint(current.raw))


def retire(own: OwnQuestion, reason: str, *, by: Viewer) -> None:
    """Stop a question from being asked in new tenders; its id and versions stay."""
    if not reason.strip():
        raise DomainError("Enter why the question is retired", field="reason")
    with transaction():
        current = held(own)
        if current.status is OwnStatus.RETIRED:
            return
        current.status = OwnStatus.RETIRED
        current.provenance = dict(current.provenance) | {"retired": reason.strip()}
        current.changed_at, current.changed_by_id = clock.now(), by.person_id
        _record("own_question.retired", current, by, reason=sha256_hex(reason.strip()))


def refuse_change(own: OwnQuestion, by: Viewer) -> None:
    """Raise CannotChange for what is retired, or keeps the id another authority gave it."""
    if own.status is OwnStatus.RETIRED:
        raise CannotChange("You cannot change this question because it is retired")
    if not own.question_id.startswith(f"{queries.prefix_of(by.organisation_id)}-"):
        raise CannotChange(
            "You cannot change this question because its id is another authority’s: "
            "bring it in under an id of your own to change it"
        )


def keep_version(own: OwnQuestion, by: Viewer) -> None:
    """Write down the question as it now is, for good. Call it inside transaction()."""
    db.session.add(
        OwnQuestionVersion(
            own_question_id=own.id,
            version=own.version,
            raw=dict(own.raw),
            saved_at=clock.now(),
            saved_by_id=by.person_id,
        )
    )


def _added(
    question_id: str, raw: Raw, by: Viewer, *, status: OwnStatus, provenance: Raw
) -> OwnQuestion:
    own = OwnQuestion(
        authority_id=by.organisation_id,
        question_id=question_id,
        version=int(raw["version"]),
        status=status,
        raw=raw,
        provenance=provenance,
        changed_at=clock.now(),
        changed_by_id=by.person_id,
    )
    db.session.add(own)
    db.session.flush()
    return own


def _record(action: str, own: OwnQuestion, by: Viewer, **details: Any) -> None:
    audit.record(
        action,
        actor=by.person_token,
        subject=("own-question", own.token),
        question=own.question_id,
        version=own.version,
        **details,
    )


@contextmanager
def _one_of_a_kind(field: str) -> Iterator[None]:
    """Turn the database's refusal of two equal names into a sentence."""
    try:
        yield
    except IntegrityError as error:
        raise DomainError(
            "Somebody else took this name at the same moment: try again", field=field
        ) from error
