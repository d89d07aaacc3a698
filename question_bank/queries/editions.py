"""Which edition of the bank an authority works with, and what another would change for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from question_bank import loader
from question_bank.models import OwnPack
from question_bank.queries.own import authority_bank, own_packs
from question_bank.rules.differences import Differences, Thing, differences, touching
from question_bank.rules.editions import Edition, sort_key
from question_bank.rules.packs import Pack, read_pack
from question_bank.rules.reuse import Reuse, Verdict


def edition_of(authority_id: int) -> Edition:
    """Return the edition the authority works with (docs/decisions/0017)."""
    return loader.edition(version_of(authority_id))


def version_of(authority_id: int) -> str:
    """Return the edition adopted; else the one its own packs rest on; else the newest."""
    chosen = chosen_version(authority_id)
    if chosen is not None:
        return chosen
    rest_on = [pack.edition for pack in own_packs(authority_id)]
    return max(rest_on, key=sort_key, default=loader.editions()[-1])


def chosen_version(authority_id: int) -> str | None:
    """Return the edition the authority chose; None if it never did."""
    kept = authority_bank(authority_id)
    return kept.edition if kept else None


def later_than(version: str) -> list[str]:
    """Return the editions after this one, the newest first."""
    later = [name for name in loader.editions() if sort_key(name) > sort_key(version)]
    return later[::-1]


@lru_cache(maxsize=64)
def compared(old: str, new: str) -> Differences:
    """Return what changed between two editions. Raises UnknownEdition."""
    return differences(loader.edition(old), loader.edition(new))


@dataclass(frozen=True)
class PackEffect:
    """What another edition changes for one pack of the authority."""

    pack: OwnPack
    title: str
    # The questions it asks of which the words, marking … differ, with only what differs.
    things: tuple[Thing, ...]
    # Stored answers to its parts: how many can be used again, and which cannot as they are.
    answers: Mapping[Verdict, int]
    again: tuple[Reuse, ...]
    # What the edition does not have; such a pack stays with its own edition.
    lacking: tuple[str, ...]


def effects_on_packs(authority_id: int, version: str) -> list[PackEffect]:
    """Return what working with ``version`` changes for each of the authority's own packs."""
    return [effect_on(pack, version) for pack in own_packs(authority_id)]


def effect_on(pack: OwnPack, version: str) -> PackEffect:
    asked = _asked(read_pack(pack.raw))
    found = compared(pack.edition, version)
    parts = _parts_asked(asked, loader.edition(pack.edition))
    reuse = [found.reuse[part] for part in parts]
    return PackEffect(
        pack=pack,
        title=str(pack.raw["title"]),
        things=tuple(touching(found, asked)),
        answers=Counter(one.verdict for one in reuse),
        again=tuple(one for one in reuse if one.verdict is not Verdict.AS_IT_IS),
        lacking=tuple(one.part for one in reuse if one.verdict is Verdict.NOT_ASKED),
    )


def _asked(pack: Pack) -> dict[str, tuple[str, ...] | None]:
    return {wanted.id: wanted.parts for _, wanted in pack.questions()}


def _parts_asked(asked: Mapping[str, tuple[str, ...] | None], edition: Edition) -> list[str]:
    """Return the parts of the bank a pack asks; the authority's own questions are not in it."""
    questions = edition.bank.questions
    return [
        part.id
        for question, parts in asked.items()
        if question in questions
        for part in questions[question].parts
        if parts is None or part.id in parts
    ]
