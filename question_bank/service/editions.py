"""An authority moves to another edition of the bank, or decides to stay with the one it has."""

from __future__ import annotations

from accounts.queries import Viewer
from foundation import audit, clock
from foundation.database import db, transaction
from foundation.errors import DomainError
from question_bank.models import AuthorityBank, OwnPack
from question_bank.queries import editions as queries
from question_bank.queries import own


class EditionMoved(DomainError):
    """A colleague chose an edition meanwhile."""


class NotLater(DomainError):
    """Somebody wanted to move to an edition that is not after the authority's own."""


def adopt(version: str, *, by: Viewer, based_on: str) -> list[OwnPack]:
    """Work with ``version`` from now on; return the packs that had to stay where they are.

    Own packs move along wherever the edition has all they ask. Drafts of tenders do not: each
    keeps the edition it was made from. ``based_on`` is the edition the person saw as theirs.
    """
    with transaction():
        now = _current(by, based_on)
        if version not in queries.later_than(now):
            raise NotLater(f"You cannot move to {version} because you already work with {now}")
        stayed = []
        for effect in queries.effects_on_packs(by.organisation_id, version):
            if effect.lacking:
                stayed.append(effect.pack)
                continue
            effect.pack.edition = version
            effect.pack.changed_at, effect.pack.changed_by_id = clock.now(), by.person_id
        _choose(version, by)
        _record("bank.edition_adopted", by, before=now, edition=version, packs_left=len(stayed))
    return stayed


def stay(*, by: Viewer, based_on: str) -> None:
    """Keep working with the present edition, whatever comes out, until somebody moves."""
    with transaction():
        now = _current(by, based_on)
        _choose(now, by)
        _record("bank.edition_kept", by, edition=now)


def _current(by: Viewer, based_on: str) -> str:
    """Return the present edition, if it is still the one the person saw."""
    now = queries.version_of(by.organisation_id)
    if now != based_on:
        raise EditionMoved(
            f"A colleague has moved your authority to {now}: look at it, then decide"
        )
    return now


def _choose(version: str, by: Viewer) -> None:
    kept = own.authority_bank(by.organisation_id)
    if kept is None:
        kept = AuthorityBank(authority_id=by.organisation_id, prefix=None)
        db.session.add(kept)
    kept.edition = version
    kept.changed_at, kept.changed_by_id = clock.now(), by.person_id


def _record(action: str, by: Viewer, **details: object) -> None:
    audit.record(
        action,
        actor=by.person_token,
        subject=("organisation", by.organisation_token),
        **details,
    )
