"""Bearing by name what is left of a risk above the appetite, until a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from accounts.queries import Viewer
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from scoring.models import RiskAcceptance
from scoring.queries.kept_risks import KeptRisk, roles_in
from scoring.rules.accepting import role_to_accept
from scoring.rules.ratings import Rating
from scoring.service.risk_actions import ChangedMeanwhile, dealt_now, record_kept

# Longer than that nobody can speak for what a risk will be.
LONGEST = timedelta(days=2 * 365)


class NothingToAccept(DomainError):
    """What is left is not rated, or within the appetite."""


class NotTheirRole(DomainError):
    """The scale lets other roles accept a risk this grave."""


@dataclass(frozen=True, kw_only=True)
class AcceptanceTerms:
    """``rating``: likelihood and impact that were left when the form was shown."""

    rating: tuple[int, int]
    until: date | None
    why: str


def accept_risk(
    kept: KeptRisk, terms: AcceptanceTerms, *, based_on: int, by: Viewer
) -> RiskAcceptance:
    """Accept what is left of a risk until a day, as the role the scale of the tender asks for.

    Raises NothingToAccept, NotTheirRole, ChangedMeanwhile, DomainError and what dealt_now() raises.
    """
    _must_say_until_and_why(terms)
    with transaction():
        number = _number(kept, based_on, by, doing="accept this risk")
        left = _left(kept)
        if (left.likelihood, left.impact) != terms.rating:
            raise ChangedMeanwhile(
                f"What is left was rated anew while you were writing, at {left.score}. Read it, "
                "and save again if you accept it"
            )
        role = role_to_accept(kept.scale, left.score, roles_in(by, kept.tender))
        if role is None:
            allowed = kept.scale.who_may_accept(left.score)
            names = " or ".join(sorted(one.replace("-", " ") for one in allowed))
            raise NotTheirRole(
                f"You cannot accept a {left.band} risk: the scale of {kept.tender.authority.name} "
                f"lets only the {names} do so"
            )
        row = _written(kept, left, number, role, terms.until, terms.why, by)
        until = terms.until.isoformat() if terms.until else ""
        record_kept("risk.borne", kept, by, **_ids(row), until=until, why=sha256_hex(terms.why))
    return row


def take_back(kept: KeptRisk, why: str, *, based_on: int, by: Viewer) -> RiskAcceptance:
    """Say that an acceptance counts no longer. Raises as accept_risk() does."""
    if not why:
        raise DomainError("Enter why it is accepted no longer", field="why")
    with transaction():
        number = _number(kept, based_on, by, doing="take back the acceptance of this risk")
        last = kept.row.acceptance
        if last is None or not last.accepted:
            raise NothingToAccept("You cannot take back what nobody accepted")
        row = _written(kept, last.rating, number, last.role, None, why, by, accepted=False)
        record_kept("risk.not_borne", kept, by, **_ids(row), why=sha256_hex(why))
    return row


def _must_say_until_and_why(terms: AcceptanceTerms) -> None:
    today = clock.london(clock.now()).date()
    if terms.until is None:
        raise DomainError("Enter until when it is accepted", field="until")
    if terms.until <= today:
        raise DomainError("Enter a day in the future", field="until")
    if terms.until > today + LONGEST:
        latest = clock.show_date(today + LONGEST)
        raise DomainError(f"Enter a day up to {latest}: then it is accepted anew", field="until")
    if not terms.why:
        raise DomainError("Enter why the risk is borne", field="why")


def _number(kept: KeptRisk, based_on: int, by: Viewer, *, doing: str) -> int:
    stored = dealt_now(kept, by, doing=doing).acceptances
    if (stored[-1].number if stored else 0) != based_on:
        raise ChangedMeanwhile(
            "A colleague decided on this meanwhile. Read what counts now, and save again to let "
            "your decision count instead"
        )
    return based_on + 1


def _left(kept: KeptRisk) -> Rating:
    left = kept.row.residual
    if left is None:
        raise NothingToAccept(
            "You cannot accept this risk because nobody rated what is left of it: rate it first"
        )
    if left.score <= kept.row.appetite:
        raise NothingToAccept(
            f"You cannot accept this risk because what is left, {left.score}, is within the "
            f"appetite of {kept.row.appetite}: nobody has to"
        )
    return left


def _written(
    kept: KeptRisk,
    left: Rating,
    number: int,
    role: str,
    until: date | None,
    why: str,
    by: Viewer,
    *,
    accepted: bool = True,
) -> RiskAcceptance:
    row = RiskAcceptance(
        risk_row_id=kept.risk.row.id,
        authority_id=by.organisation_id,
        number=number,
        accepted=accepted,
        likelihood=left.likelihood,
        impact=left.impact,
        appetite=kept.row.appetite,
        until=until,
        role=str(role),
        why=why,
        done_by_id=by.person_id,
        done_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def _ids(row: RiskAcceptance) -> dict[str, object]:
    return {
        "number": row.number,
        "likelihood": row.likelihood,
        "impact": row.impact,
        "appetite": row.appetite,
        "role": row.role,
    }
