"""How the entries of a library stand to what an authority has, and what can be done with each.

Nothing is taken over what is there unless somebody chose so, for that entry.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from foundation.canonical import canonical_json, fingerprint, sha256_hex
from question_bank.rules.own.compared import Difference, differences
from question_bank.rules.packs import Pack, chosen_question, read_pack, weight_problems
from question_bank.rules.questions import Bank
from question_bank.rules.reading.plain import ContentError
from question_bank.rules.sharing import (
    Entry,
    EntryKind,
    Library,
    LibraryRefused,
    plain_library,
)


class Standing(StrEnum):
    """How an entry stands to what the authority has."""

    NEW = "New"
    SAME = "Same as yours"
    NEWER = "Newer version"
    OLDER = "Older than yours"
    CONFLICT = "Conflicts with yours"
    LACKING = "Cannot be used here"


class Taking(StrEnum):
    TAKE = "take"
    KEEP = "keep"
    RENAME = "rename"


POSSIBLE: Mapping[Standing, tuple[Taking, ...]] = {
    Standing.NEW: (Taking.TAKE, Taking.RENAME, Taking.KEEP),
    Standing.SAME: (Taking.KEEP,),
    Standing.NEWER: (Taking.KEEP, Taking.TAKE, Taking.RENAME),
    Standing.OLDER: (Taking.KEEP, Taking.RENAME),
    Standing.CONFLICT: (Taking.KEEP, Taking.RENAME),
    Standing.LACKING: (Taking.KEEP,),
}


@dataclass(frozen=True, slots=True)
class Held:
    """What the authority has under an id; ``token`` is of the authority that wrote it."""

    version: int
    content: Mapping[str, Any]
    token: str


@dataclass(frozen=True, slots=True)
class Here:
    """The authority that brings a file in."""

    token: str
    prefix: str
    held: Mapping[tuple[str, str], Held]
    # Ids, and beginnings of ids, that belong to the shared bank.
    reserved: Collection[str]


@dataclass(frozen=True, slots=True)
class Previewed:
    """One entry, how it stands to what is here, and why."""

    entry: Entry
    standing: Standing
    because: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()

    @property
    def possible(self) -> tuple[Taking, ...]:
        return POSSIBLE[self.standing]


def previewed(entry: Entry, here: Here, faults: Iterable[str]) -> Previewed:
    """Return how an entry stands to what is here; ``faults`` are why it could not be used."""
    held = here.held.get(entry.key)
    if held is not None and fingerprint(held.content) == entry.sha256:
        return Previewed(entry, Standing.SAME)
    wrong = tuple(faults)
    if wrong:
        return Previewed(entry, Standing.LACKING, wrong)
    if held is None:
        return _unknown_here(entry, here)
    changed = tuple(differences(held.content, entry.content))
    if entry.origin.token != held.token or _is_ours(entry, here):
        why = f"you have another {entry.kind} under this id"
        return Previewed(entry, Standing.CONFLICT, (why,), changed)
    if entry.version == held.version:
        why = "its version is the same as yours and its words are not"
        return Previewed(entry, Standing.CONFLICT, (why,), changed)
    newer = entry.version > held.version
    return Previewed(entry, Standing.NEWER if newer else Standing.OLDER, (), changed)


def _unknown_here(entry: Entry, here: Here) -> Previewed:
    beginning = entry.id.split("-", 1)[0]
    if entry.id in here.reserved or beginning in here.reserved:
        return Previewed(entry, Standing.CONFLICT, ("its id is one of the shared bank",))
    if _is_ours(entry, here) and entry.origin.token != here.token:
        why = "its id begins like your own, and another authority wrote it"
        return Previewed(entry, Standing.CONFLICT, (why,))
    return Previewed(entry, Standing.NEW)


def _is_ours(entry: Entry, here: Here) -> bool:
    return bool(here.prefix) and entry.id.upper().startswith(f"{here.prefix}-")


def preview_fingerprint(library: Library, previews: Iterable[Previewed]) -> str:
    """Return what a confirmed import must match: the file, and how each entry stood."""
    stood = [[*preview.entry.key, preview.standing.value] for preview in previews]
    return sha256_hex(canonical_json([plain_library(library), stood]))


def refuse_unfit_choices(
    previews: Iterable[Previewed], chosen: Mapping[tuple[str, str], Taking]
) -> None:
    """Raise LibraryRefused where a choice is not possible, or a pack lacks its questions."""
    by_id = {preview.entry.key: preview for preview in previews}
    for key, preview in by_id.items():
        if chosen.get(key, Taking.KEEP) not in preview.possible:
            raise LibraryRefused(f"Select what to do with {preview.entry.id}")
    for key, preview in by_id.items():
        if chosen.get(key, Taking.KEEP) is Taking.KEEP or key[0] != EntryKind.PACK:
            continue
        for name in questions_asked(preview.entry.content):
            beside = by_id.get((EntryKind.QUESTION.value, name))
            if beside is not None:
                _refuse_unfit_pair(preview, chosen[key], beside, chosen)


def _refuse_unfit_pair(
    pack: Previewed,
    pack_choice: Taking,
    question: Previewed,
    chosen: Mapping[tuple[str, str], Taking],
) -> None:
    choice = chosen.get(question.entry.key, Taking.KEEP)
    if choice is Taking.RENAME and pack_choice is not Taking.RENAME:
        raise LibraryRefused(
            f"Select a new id for {pack.entry.id} too, because it asks {question.entry.id}, which "
            "you take under a new id"
        )
    if choice is Taking.KEEP and question.standing not in (
        Standing.SAME,
        Standing.OLDER,
        Standing.NEWER,
    ):
        raise LibraryRefused(
            f"You cannot take {pack.entry.id} without {question.entry.id}, which it asks"
        )


def questions_asked(pack: Mapping[str, Any]) -> Iterator[str]:
    for section in pack.get("sections") or ():
        for question in section.get("questions") or ():
            yield str(question.get("id"))


def pack_faults(content: Mapping[str, Any], bank: Bank) -> list[str]:
    """Return why a pack cannot be used beside ``bank``, which holds own questions too."""
    try:
        pack = read_pack(content)
    except ContentError as error:
        return list(error.sentences)
    return [*weight_problems(pack), *_not_there(pack, bank)]


def _not_there(pack: Pack, bank: Bank) -> Iterator[str]:
    for _section, wanted in pack.questions():
        try:
            chosen_question(bank, wanted)
        except ContentError as error:
            yield str(error)
