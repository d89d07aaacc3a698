"""Take packs and questions out as a library, and bring in what somebody chose from one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy.exc import IntegrityError

from accounts.queries import Viewer
from foundation import audit, clock
from foundation.database import db, transaction
from foundation.errors import DomainError
from question_bank.models import OwnPack, OwnQuestion, OwnStatus
from question_bank.queries import own as queries
from question_bank.rules.editions import Edition
from question_bank.rules.own import ids, writing
from question_bank.rules.own.soundness import examine
from question_bank.rules.questions import Question
from question_bank.rules.sharing import Entry, EntryKind, Library, Origin
from question_bank.rules.taking import (
    Held,
    Here,
    Previewed,
    Taking,
    pack_faults,
    preview_fingerprint,
    previewed,
    questions_asked,
    refuse_unfit_choices,
)
from question_bank.service import own as own_service
from question_bank.service import own_packs as pack_service

Key = tuple[str, str]
CHANGED = "Something changed since you looked at the differences: look again, then choose again"


class SomethingChanged(DomainError):
    """What was previewed is not what would happen now."""


def library_of(
    *, by: Viewer, edition: Edition, questions: Collection[str], packs: Collection[str]
) -> Library:
    """Return the questions and packs named, and the own questions that those packs ask.

    Raises DomainError where nothing is chosen, or a pack asks a question that is not ready.
    """
    ready = {own.question_id: own for own in queries.ready_questions(by.organisation_id)}
    kept = {own.question_id: own for own in queries.own_questions(by.organisation_id)}
    chosen_packs = [pack for pack in queries.own_packs(by.organisation_id) if pack.pack_id in packs]
    wanted = {name for name in questions if name in ready}
    for pack in chosen_packs:
        asked = {n for n in questions_asked(pack.raw) if n not in edition.bank.questions}
        if asked - set(ready):
            raise DomainError(
                f"You cannot take {pack.pack_id} out because it asks "
                f"{sorted(asked - set(ready))[0]}, which is not ready",
                field="packs",
            )
        wanted |= asked
    us = Origin(by.organisation_name, by.organisation_token, edition.version)
    entries = [
        Entry(
            EntryKind.QUESTION,
            name,
            ready[name].version,
            ready[name].raw,
            _origin(kept[name].provenance, us),
        )
        for name in sorted(wanted)
    ]
    entries += [
        Entry(
            EntryKind.PACK,
            pack.pack_id,
            pack.version,
            pack.raw,
            _origin(pack.provenance, replace(us, edition=pack.edition)),
        )
        for pack in sorted(chosen_packs, key=lambda pack: pack.pack_id)
    ]
    if not entries:
        raise DomainError("Select at least one question or pack", field="questions")
    return Library(
        by.organisation_name,
        by.organisation_token,
        edition.version,
        f"{clock.london(clock.now()):%Y-%m-%d}",
        tuple(entries),
    )


def _origin(provenance: Mapping[str, Any], us: Origin) -> Origin:
    """Return who wrote it: another authority whose id it keeps, or us."""
    if "was" in provenance or "token" not in provenance:
        return us
    return Origin(provenance["authority"], provenance["token"], provenance["edition"])


def record_taken_out(library: Library, sha256: str, *, by: Viewer) -> None:
    with transaction():
        audit.record(
            "library.exported",
            actor=by.person_token,
            subject=("organisation", by.organisation_token),
            file=sha256,
            entries=[f"{entry.id} {entry.version}" for entry in library.entries],
        )


def preview(
    library: Library, *, by: Viewer, edition: Edition, packs: Iterable[str], clauses: Iterable[str]
) -> list[Previewed]:
    """Return how each entry stands to what the authority has. Stores nothing."""
    bank, topics = edition.bank, tuple(clauses)
    here = _here(by, reserved=ids.reserved(bank.questions) | set(packs))
    readable: dict[str, Question] = {}
    for key, held in here.held.items():
        if key[0] == EntryKind.QUESTION and (q := examine(held.content, bank, topics).question):
            readable[q.id] = q
    found: list[Previewed] = []
    for entry in (one for one in library.entries if one.kind is EntryKind.QUESTION):
        examined = examine(entry.content, bank, topics)
        says = [f"{fault.place}: {fault.says}" for fault in examined.faults]
        if examined.question is not None and not says:
            readable[entry.id] = examined.question
        found.append(previewed(entry, here, says))
    together = replace(bank, questions={**readable, **bank.questions})
    for entry in (one for one in library.entries if one.kind is EntryKind.PACK):
        found.append(previewed(entry, here, pack_faults(entry.content, together)))
    return found


def _here(by: Viewer, *, reserved: Collection[str]) -> Here:
    held: dict[Key, Held] = {}
    ready = {own.question_id: own for own in queries.ready_questions(by.organisation_id)}
    for own in queries.own_questions(by.organisation_id):
        kept = ready.get(own.question_id)
        content = kept.raw if kept else own.raw
        version = kept.version if kept else own.version
        token = _token(own.provenance, by)
        held[EntryKind.QUESTION.value, own.question_id] = Held(version, content, token)
    for pack in queries.every_pack(by.organisation_id):
        token = _token(pack.provenance, by)
        held[EntryKind.PACK.value, pack.pack_id] = Held(pack.version, pack.raw, token)
    return Here(by.organisation_token, queries.prefix_of(by.organisation_id) or "", held, reserved)


def _token(provenance: Mapping[str, Any], by: Viewer) -> str:
    if "was" in provenance:
        return by.organisation_token
    return str(provenance.get("token", by.organisation_token))


def bring_in(
    library: Library,
    previews: list[Previewed],
    chosen: Mapping[Key, Taking],
    *,
    by: Viewer,
    edition: Edition,
    expected: str,
) -> list[str]:
    """Store what was chosen, all or nothing, and return what is here now, by id.

    ``expected`` is the fingerprint of what was previewed. Raises SomethingChanged where it differs,
    LibraryRefused where a choice is not possible, PrefixNeeded.
    """
    if preview_fingerprint(library, previews) != expected:
        raise SomethingChanged(CHANGED)
    refuse_unfit_choices(previews, chosen)
    taken = [p for p in previews if chosen.get(p.entry.key, Taking.KEEP) is not Taking.KEEP]
    if not taken:
        raise DomainError("Select at least one entry to take")
    with _at_once(), transaction():
        names = _new_ids(taken, chosen, by)
        done = [_stored(one.entry, names, chosen[one.entry.key], by, edition) for one in taken]
        audit.record(
            "library.imported",
            actor=by.person_token,
            subject=("organisation", by.organisation_token),
            file=expected,
            from_authority=library.token,
            entries=[
                {"id": one.entry.id, "as": name, "version": one.entry.version}
                for one, name in zip(taken, done, strict=True)
            ],
        )
    return done


@contextmanager
def _at_once() -> Iterator[None]:
    """Turn the database's refusal of what somebody else stored meanwhile into a sentence."""
    try:
        yield
    except IntegrityError as error:
        raise SomethingChanged(CHANGED) from error


def _new_ids(
    taken: Iterable[Previewed], chosen: Mapping[Key, Taking], by: Viewer
) -> dict[str, str]:
    """Return a free id of our own for each question taken under one."""
    renamed = [
        one.entry
        for one in taken
        if chosen[one.entry.key] is Taking.RENAME and one.entry.kind is EntryKind.QUESTION
    ]
    used = [own.question_id for own in queries.own_questions(by.organisation_id)]
    names: dict[str, str] = {}
    for entry in renamed:
        prefix = own_service.next_id(by).split("-", 1)[0]
        names[entry.id] = ids.next_question_id(prefix, [*used, *names.values()])
    return names


def _stored(
    entry: Entry, names: Mapping[str, str], choice: Taking, by: Viewer, edition: Edition
) -> str:
    provenance: dict[str, Any] = {
        **entry.origin.plain(),
        "sha256": entry.sha256,
        "brought_in": f"{clock.now():%Y-%m-%d}",
    }
    raw: dict[str, Any] = dict(entry.content)
    if choice is Taking.RENAME:
        provenance["was"] = {"id": entry.id, "version": entry.version}
        raw = writing.renamed(raw, names) | {"version": 1}
    if entry.kind is EntryKind.QUESTION:
        return _stored_question(raw, provenance, by)
    if choice is Taking.RENAME:
        prefix = own_service.next_id(by).split("-", 1)[0]
        used = queries.every_pack_id(by.organisation_id)
        raw["id"] = ids.value_from(f"{prefix} {raw['title']}", used)
    return _stored_pack(raw, provenance, by, edition)


def _stored_question(raw: dict[str, Any], provenance: dict[str, Any], by: Viewer) -> str:
    mine = {own.question_id: own for own in queries.own_questions(by.organisation_id)}
    own = mine.get(raw["id"])
    if own is None:
        own = OwnQuestion(authority_id=by.organisation_id, question_id=raw["id"])
        db.session.add(own)
    own.version, own.raw, own.provenance = int(raw["version"]), raw, provenance
    own.status = OwnStatus.READY
    own.changed_at, own.changed_by_id = clock.now(), by.person_id
    db.session.flush()
    own_service.keep_version(own, by)
    audit.record(
        "own_question.brought_in",
        actor=by.person_token,
        subject=("own-question", own.token),
        question=own.question_id,
        version=own.version,
        provenance=provenance,
    )
    return own.question_id


def _stored_pack(
    raw: dict[str, Any], provenance: dict[str, Any], by: Viewer, edition: Edition
) -> str:
    mine: dict[str, OwnPack] = {
        pack.pack_id: pack for pack in queries.every_pack(by.organisation_id)
    }
    pack = mine.get(raw["id"])
    if pack is None:
        pack = pack_service.add_pack(raw, edition.version, by=by, provenance=provenance)
    else:
        pack.version, pack.raw, pack.provenance = int(raw["version"]), raw, provenance
        pack.edition = edition.version
        pack.changed_at, pack.changed_by_id = clock.now(), by.person_id
    pack_service.record("own_pack.brought_in", pack, by, provenance=provenance)
    return pack.pack_id
