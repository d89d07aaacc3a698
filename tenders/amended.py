"""The amendments of a published tender, and what it asked before each of them.

Everything here is known by fingerprints and never changes, so it is read once per process.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from foundation.canonical import sha256_hex
from foundation.database import db
from tenders.models import Amendment, Tender
from tenders.planned import QuestionnaireChanged
from tenders.queries import questionnaire_of
from tenders.rules.amending import Changes, changes_between
from tenders.rules.freezing import thaw
from tenders.rules.questionnaire import Questionnaire


@dataclass(frozen=True)
class Published:
    """An amendment as everybody was told of it. ``to_confirm``: parts whose answers are."""

    id: int
    token: str
    number: int
    reason: str
    sha256_before: str
    sha256_after: str
    closed_before: datetime
    closes_after: datetime
    to_confirm: tuple[str, ...]
    published_at: datetime

    @property
    def changes_questions(self) -> bool:
        return self.sha256_before != self.sha256_after

    @property
    def moves_closing(self) -> bool:
        return self.closed_before != self.closes_after


# Known by the token of the tender, what it asks and when it closes: each amendment changes one of
# these, and neither ever comes back.
_Key = tuple[str, str, datetime]
_known: dict[_Key, tuple[Published, ...]] = {}
MOST_KNOWN = 2048


def amendments_of(tender: Tender) -> tuple[Published, ...]:
    """Return the amendments of a tender, the first first."""
    key = _key(tender)
    if key is None:
        return ()
    if key not in _known:
        read_ahead([tender])
    return _known[key]


def read_ahead(tenders: Iterable[Tender]) -> None:
    """Read the amendments of several tenders in one statement, for a page that shows them all."""
    wanted = {tender.id: key for tender in tenders if (key := _key(tender)) is not None}
    wanted = {tender_id: key for tender_id, key in wanted.items() if key not in _known}
    if not wanted:
        return
    found: dict[int, list[Published]] = {tender_id: [] for tender_id in wanted}
    rows = db.session.scalars(
        select(Amendment).where(Amendment.tender_id.in_(wanted)).order_by(Amendment.number)
    )
    for row in rows:
        found[row.tender_id].append(_published(row))
    if len(_known) > MOST_KNOWN:
        _known.clear()
    _known.update({key: tuple(found[tender_id]) for tender_id, key in wanted.items()})


def _key(tender: Tender) -> _Key | None:
    """Return what the amendments of a tender are known by; None for a draft, which has none."""
    if tender.questionnaire_sha256 is None or tender.closes_at is None:
        return None
    return tender.token, tender.questionnaire_sha256, tender.closes_at


def _published(row: Amendment) -> Published:
    return Published(
        row.id,
        row.token,
        row.number,
        row.reason,
        row.sha256_before,
        row.sha256_after,
        row.closed_before,
        row.closes_after,
        tuple(row.affected_parts),
        row.published_at,
    )


def amendment_with(tender: Tender, token: str) -> Published:
    """Return one amendment of a tender. Raises NoResultFound (a 404)."""
    for published in amendments_of(tender):
        if published.token == token:
            return published
    raise NoResultFound


def amendments_after(tender: Tender, moment: datetime) -> tuple[Published, ...]:
    """Return the amendments of what is asked since ``moment``, the first first."""
    return tuple(
        one for one in amendments_of(tender) if one.changes_questions and one.published_at >= moment
    )


def amendments_since(tender: Tender, sha256: str) -> tuple[Published, ...]:
    """Return the amendments of what is asked since the text with this fingerprint stood.

    Raises NoResultFound for a text that was never one of this tender.
    """
    if sha256 == tender.questionnaire_sha256:
        return ()
    found = [one for one in amendments_of(tender) if one.changes_questions]
    for place, one in enumerate(found):
        if one.sha256_before == sha256:
            return tuple(found[place:])
    raise NoResultFound


def to_confirm_since(tender: Tender, sha256: str) -> Mapping[str, Published]:
    """Return the parts asked in another way since that text stood, each with the last amendment
    that changed it. Raises NoResultFound."""
    return {part_id: one for one in amendments_since(tender, sha256) for part_id in one.to_confirm}


def questionnaire_as(tender: Tender, sha256: str) -> Questionnaire:
    """Return what was asked under a fingerprint, now or before. Raises NoResultFound."""
    if sha256 == tender.questionnaire_sha256:
        return questionnaire_of(tender)
    return _earlier(sha256, tender.id)


def text_as(tender: Tender, sha256: str) -> str:
    """Return the frozen text an amendment replaced. Raises NoResultFound."""
    text = db.session.scalars(
        select(Amendment.text_before)
        .where(Amendment.tender_id == tender.id, Amendment.sha256_before == sha256)
        .order_by(Amendment.number)
        .limit(1)
    ).first()
    if text is None:
        raise NoResultFound
    if sha256_hex(text) != sha256:
        raise QuestionnaireChanged(f"An earlier questionnaire of tender {tender.id} was rewritten")
    return text


@lru_cache(maxsize=32)
def _earlier(sha256: str, tender_id: int) -> Questionnaire:
    return thaw(json.loads(text_as(db.session.get_one(Tender, tender_id), sha256)))


def changes_in(tender: Tender, published: Published) -> Changes:
    """Return what an amendment changed of what is asked; nothing where only the time moved."""
    return _changes(
        _Texts(
            (published.sha256_before, published.sha256_after),
            questionnaire_as(tender, published.sha256_before),
            questionnaire_as(tender, published.sha256_after),
        )
    )


class _Texts:
    """Two texts of a tender, known by their fingerprints."""

    def __init__(self, key: tuple[str, str], before: Questionnaire, after: Questionnaire) -> None:
        self.key, self.before, self.after = key, before, after

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Texts) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=32)
def _changes(texts: _Texts) -> Changes:
    if texts.key[0] == texts.key[1]:
        return Changes()
    return changes_between(texts.before, texts.after)
