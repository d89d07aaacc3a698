"""Risks named before publication. Publishing fixes them: what a bid brings up never becomes one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from accounts.queries import Viewer
from foundation import clock
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from tenders import risks
from tenders.models import Tender, TenderRisk
from tenders.risks import KNOWN
from tenders.service.base import current_draft, record

MOST = 100


@dataclass(frozen=True, kw_only=True)
class RiskWords:
    """What is said of a risk. ``reason``: why the contract cannot address a known one."""

    title: str
    text: str
    treatment: str
    is_known_risk: bool
    reason: str


class RiskChanged(DomainError):
    """A colleague saved the risk, or took it out, in between."""


def add_risk(tender: Tender, words: RiskWords, *, by: Viewer) -> TenderRisk:
    """Name a risk of a draft. Raises TenderPublished and DomainError."""
    with transaction():
        draft = current_draft(tender)
        _check(words)
        if len(risks.of_tender(draft)) >= MOST:
            raise DomainError(f"You cannot name more than {MOST} risks: take one out first")
        risk = TenderRisk(tender_id=draft.id, version=0)
        _write(draft, risk, words, by, "tender.risk_added")
    return risk


def edit_risk(
    tender: Tender, token: str, words: RiskWords, *, version: int, by: Viewer
) -> TenderRisk:
    """Change a risk. Raises NoResultFound, RiskChanged, TenderPublished and DomainError."""
    with transaction():
        draft = current_draft(tender)
        risk = risks.one(draft, token)
        _check(words)
        if risk.version != version:
            raise RiskChanged(
                "A colleague changed this risk after you opened it. Nothing of yours is lost: look "
                "at what is saved now, below, and save again to keep what stands in the boxes"
            )
        _write(draft, risk, words, by, "tender.risk_changed")
    return risk


def remove_risk(tender: Tender, token: str, *, by: Viewer) -> None:
    """Take a risk out of a draft; its row stays. Raises NoResultFound and TenderPublished."""
    with transaction():
        draft = current_draft(tender)
        risk = risks.one(draft, token)
        risk.removed_at = clock.now()
        record("tender.risk_removed", draft, by, risk=risk.token, version=risk.version)


def risk_terms(tender: Tender) -> dict[str, Any]:
    """Return the known risks for the published terms; nothing if there are none."""
    known = [
        {"title": risk.title, "text": risk.text, "reason": risk.reason}
        for risk in risks.of_tender(tender)
        if risk.is_known_risk
    ]
    return {KNOWN: known} if known else {}


def _check(words: RiskWords) -> None:
    if words.is_known_risk and not words.reason:
        raise DomainError(
            "Enter why the contract cannot address the risk: the tender notice says it",
            field="reason",
        )
    if not words.is_known_risk and not words.treatment:
        raise DomainError("Enter what the contract does about the risk", field="treatment")


def _write(draft: Tender, risk: TenderRisk, words: RiskWords, by: Viewer, action: str) -> None:
    for name, value in asdict(words).items():
        setattr(risk, name, value)
    risk.version += 1
    risk.saved_at = clock.now()
    risk.saved_by_id = by.person_id
    db.session.add(risk)
    db.session.flush()
    record(
        action,
        draft,
        by,
        risk=risk.token,
        version=risk.version,
        known=words.is_known_risk,
        words=sha256_hex(canonical_json(asdict(words))),
    )
