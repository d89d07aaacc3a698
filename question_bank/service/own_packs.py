"""Everything that changes an authority's own packs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.queries import Viewer
from foundation import audit, clock
from foundation.canonical import fingerprint, sha256_hex
from foundation.database import db, held, transaction
from foundation.errors import DomainError
from question_bank.models import OwnPack
from question_bank.queries import own as queries
from question_bank.rules.own import ids
from question_bank.rules.packs import read_pack, weight_problems
from question_bank.service.own import PrefixNeeded

Raw = dict[str, Any]
LONGEST_TITLE = 100


class PackRefused(DomainError):
    """The sections and weights do not make a pack."""


def save_pack(
    raw_pack: Mapping[str, Any], edition: str, *, by: Viewer, title: str = "", suits: str = ""
) -> OwnPack:
    """Keep a questionnaire as a pack of the authority's own, under a new permanent id.

    ``title`` and ``suits`` replace the pack's own words. Raises PrefixNeeded and PackRefused.
    """
    named = {"title": title.strip() or raw_pack["title"], "for": suits.strip() or raw_pack["for"]}
    raw: Raw = dict(raw_pack) | named | {"version": 1}
    refuse_title(str(raw["title"]))
    with transaction():
        prefix = queries.prefix_of(by.organisation_id)
        if prefix is None:
            raise PrefixNeeded(
                "Choose first, under your own questions in the bank, how your own ids begin"
            )
        used = queries.every_pack_id(by.organisation_id)
        raw["id"] = ids.value_from(f"{prefix} {raw['title']}", used)
        problems = weight_problems(read_pack(raw))
        if problems:
            raise PackRefused(f"You cannot keep this as a pack because {problems[0]}")
        pack = add_pack(raw, edition, by=by, provenance={})
        record("own_pack.saved", pack, by)
    return pack


def add_pack(raw: Raw, edition: str, *, by: Viewer, provenance: Raw) -> OwnPack:
    """Store a pack. Call it inside transaction()."""
    pack = OwnPack(
        authority_id=by.organisation_id,
        pack_id=str(raw["id"]),
        version=int(raw["version"]),
        edition=edition,
        raw=raw,
        provenance=provenance,
        changed_at=clock.now(),
        changed_by_id=by.person_id,
    )
    db.session.add(pack)
    db.session.flush()
    return pack


def rename_pack(pack: OwnPack, title: str, suits: str, *, by: Viewer) -> None:
    """Give the pack another title and another word on whom it suits: its next version."""
    refuse_title(title)
    if not suits.strip():
        raise DomainError("Enter what the pack suits", field="suits")
    with transaction():
        current = held(pack)
        changed = dict(current.raw) | {"title": title.strip(), "for": suits.strip()}
        if changed == current.raw:
            return
        current.version += 1
        current.raw = changed | {"version": current.version}
        current.changed_at, current.changed_by_id = clock.now(), by.person_id
        record("own_pack.renamed", current, by)


def retire_pack(pack: OwnPack, reason: str, *, by: Viewer) -> None:
    """Offer the pack no longer; tenders made with it keep what they ask."""
    if not reason.strip():
        raise DomainError("Enter why the pack is no longer offered", field="reason")
    with transaction():
        current = held(pack)
        if "retired" in current.provenance:
            return
        current.provenance = dict(current.provenance) | {"retired": reason.strip()}
        current.changed_at, current.changed_by_id = clock.now(), by.person_id
        record("own_pack.retired", current, by, reason=sha256_hex(reason.strip()))


def refuse_title(title: str) -> None:
    if not title.strip():
        raise DomainError("Enter the title of the pack", field="title")
    if len(title) > LONGEST_TITLE:
        raise DomainError(f"Enter {LONGEST_TITLE} characters or fewer", field="title")


def record(action: str, pack: OwnPack, by: Viewer, **details: Any) -> None:
    audit.record(
        action,
        actor=by.person_token,
        subject=("own-pack", pack.token),
        pack=pack.pack_id,
        version=pack.version,
        raw=fingerprint(pack.raw),
        **details,
    )
