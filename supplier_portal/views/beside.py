"""What the library has to say beside the answers of a bid: on pages of files and certificates."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from flask import flash, request

from accounts.access import signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from supplier_portal import queries
from supplier_portal.expiring import expiring, library_in
from supplier_portal.library_forms import UseForm
from supplier_portal.models import Bid
from supplier_portal.queries import library as kept_documents
from supplier_portal.queries.library import KeptDocument
from supplier_portal.rules.library import (
    DocumentFacts,
    DocumentKind,
    Milestones,
    TooSoon,
    serves_certificates,
    too_soon,
)
from supplier_portal.service import library_use as service
from supplier_portal.views.base import pages
from tenders.queries import facts_of

KEEP = "keep"


@dataclass(frozen=True)
class PartLibrary:
    """The library beside the files of a part; each file by the token it has in the bid."""

    named: Mapping[str, KeptDocument]
    numbers: Mapping[str, int]
    soon: Mapping[str, TooSoon]
    newer: Mapping[str, KeptDocument]
    form: UseForm
    may_read: bool
    may_keep: bool


@pages.context_processor
def library_beside_answers() -> dict[str, object]:
    """What pages of a bid call where they show certificates and files."""
    return {
        "expiring_in": expiring,
        "library_in": library_in,
        "library_beside": part_library,
        "serves_certificates": serves_certificates,
        "keep_is_ticked": lambda: request.form.get(KEEP) == "yes",
    }


def part_library(
    bid: Bid, entries: list[dict[str, Any]], form: UseForm | None = None
) -> PartLibrary:
    """Return the library beside the files named in ``entries``; for who may not read it, what
    it says of those files alone."""
    viewer, known = signed_in_user(), kept_documents.documents_in(bid)
    named = {
        token: known[token] for token in (str(e.get("evidence")) for e in entries) if token in known
    }
    milestones = Milestones.of(facts_of(bid.tender))
    soon = {
        token: too_soon(kept.facts_of(number).expires, milestones)
        for token, (kept, number) in named.items()
    }
    form = form or UseForm(formdata=None)
    form.offer(offered(but={kept.token for kept, _ in named.values()}))
    return PartLibrary(
        named={token: kept for token, (kept, _) in named.items()},
        numbers={token: number for token, (_, number) in named.items()},
        soon={token: found for token, found in soon.items() if found},
        newer={
            token: kept for token, (kept, number) in named.items() if kept.has_newer_than(number)
        },
        form=form,
        may_read=kept_documents.may_keep(viewer),
        may_keep=kept_documents.may_keep(viewer, Permission.EVIDENCE_WRITE),
    )


def offered(but: AbstractSet[str] = frozenset()) -> list[KeptDocument]:
    """Return the documents with a file that this person may name in a bid, and that the scanner
    did not refuse."""
    viewer = signed_in_user()
    if not kept_documents.may_keep(viewer, Permission.EVIDENCE_WRITE):
        return []
    found = kept_documents.offered_of(viewer)
    return [
        kept
        for kept in found
        if kept.current and not kept.current.scan.is_refused and kept.token not in but
    ]


def keep_if_asked(bid: Bid, token: str) -> None:
    """Keep the file just added to ``bid`` in the library too, where the box was ticked."""
    if request.form.get(KEEP) != "yes":
        return
    try:
        keep_file_of(bid, token)
    except DomainError as error:
        # The file itself is added: sent again, it would be there twice.
        flash(f"The file is not kept in your library. {error}")


def keep_file_of(bid: Bid, token: str) -> bool:
    """Make a document of a file of the bid; return whether this person may, and the scanner."""
    viewer = signed_in_user()
    if not kept_documents.may_keep(viewer, Permission.EVIDENCE_WRITE):
        return False
    file = queries.evidence_of(bid)[token]
    if file.scan.is_refused:
        return False
    facts = DocumentFacts(file.title, DocumentKind.OTHER, issued=file.issued)
    service.keep_in_library(bid, token, facts, by=viewer)
    return True
