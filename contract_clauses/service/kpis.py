"""Setting what a contract is measured by, and rating it. Only added; the last counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.kpi_guide import shipped_kpis
from contract_clauses.models import Kpi, KpiRating
from contract_clauses.queries.contracts import ContractSeen, contract_seen
from contract_clauses.queries.kpis import EXCEPTION, Kpis
from contract_clauses.rules.kpis import (
    LONGEST_TITLE,
    MOST,
    KpiRefused,
    Measured,
    Rating,
    checked_rating,
    checked_words,
    proposed_rating,
    target_of,
)
from contract_clauses.service.contracts import locked, note
from contract_clauses.service.measures_watch import look_at_measures
from contract_clauses.service.obligations_made import add_event
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.tokens import new_token

TAKEN_UP = "Taken up from the published list of indicators"


@dataclass(frozen=True)
class NewKpi:
    """An indicator as it is set."""

    title: str
    target: Decimal | None
    unit: str
    is_published: bool
    why: str
    is_taken_out: bool = False


def take_up(
    seen: ContractSeen, names: Collection[str], published: Collection[str], *, by: Viewer
) -> int:
    """Set indicators of the published list, with the targets of the issued schedule."""
    with transaction():
        now, kpis = _current(seen, by)
        known = {one.name for one in kpis.listed}
        wanted = [one for one in shipped_kpis().indicators if one.id in names]
        if not wanted:
            raise KpiRefused("Select at least one indicator", field="names")
        added = [one for one in wanted if one.id not in known]
        for one in added:
            target, _source = target_of(one, now.schedule)
            new = NewKpi(one.title, target, one.unit, one.id in published, TAKEN_UP)
            _add(now, one.id, 1, new, by)
        look_at_measures(now, now.today)
    return len(added)


def add_kpi(seen: ContractSeen, new: NewKpi, *, by: Viewer) -> Kpi:
    """Set an indicator of the authority's own."""
    with transaction():
        now, kpis = _current(seen, by)
        own = sum(one.name.startswith("own-") for one in kpis.listed)
        made = _add(now, f"own-{own + 1}", 1, _checked(new), by)
        look_at_measures(now, now.today)
    return made


def change_kpi(seen: ContractSeen, token: str, new: NewKpi, *, by: Viewer) -> Kpi:
    """Set an indicator anew, or take it out; what was set and rated before stays."""
    with transaction():
        now, kpis = _current(seen, by)
        one = kpis.kpi(token)
        if one.row.token != token:
            raise KpiRefused(
                f"{one.row.done_by.name} changed this indicator while you were writing: look at "
                "it again"
            )
        made = _add(now, one.name, len(one.versions) + 1, _checked(new), by)
        look_at_measures(now, now.today)
    return made


def rate(seen: ContractSeen, token: str, entered: Measured, *, by: Viewer) -> Rating:
    """Rate an indicator for a period; rated again, the last counts. Raises KpiRefused."""
    with transaction():
        now, kpis = _current(seen, by)
        one = kpis.kpi(token)
        if one.row.is_taken_out:
            raise KpiRefused("You cannot rate this indicator because it was taken out")
        checked_rating(entered, now.contract.starts_on, now.today)
        guide = shipped_kpis()
        rating = entered.rating or proposed_rating(
            entered.value, one.row.target, guide.bands,
            is_more_better=guide.is_more_better(one.name),
        )  # fmt: skip
        words = entered.words.strip()
        db.session.add(
            KpiRating(
                contract_id=now.contract.id,
                name=one.name,
                period_from=entered.period_from,
                period_to=entered.period_to,
                number=one.counted.get(entered.period_to, 0) + 1,
                value=entered.value,
                rating=rating,
                words=words,
                done_by_id=by.person_id,
                done_at=clock.now(),
            )
        )
        db.session.flush()
        note(
            "kpi.rated", now.contract, by,
            kpi=one.name, period_to=entered.period_to.isoformat(), rating=rating.value,
            words=sha256_hex(words),
        )  # fmt: skip
        look_at_measures(now, now.today)
    return rating


def set_exception(seen: ContractSeen, name: str, why: str, *, by: Viewer) -> None:
    """Record which exception of section 52 applies, or that none does ("")."""
    words = checked_words(why, "Enter why it applies, or no longer does")
    with transaction():
        now, _kpis = _current(seen, by)
        if name and shipped_kpis().exception(name) is None:
            raise KpiRefused("Select which exception applies", field="exception")
        add_event(now.contract, EXCEPTION, {"exception": name}, words, by=by)
        note("kpi.exception_set", now.contract, by, exception=name, why=sha256_hex(words))


def _current(seen: ContractSeen, by: Viewer) -> tuple[ContractSeen, Kpis]:
    locked(seen.contract)
    now = contract_seen(by, seen.token, to=Permission.CONTRACT_KEEP)
    return now, Kpis(now)


def _checked(new: NewKpi) -> NewKpi:
    if not new.title.strip():
        raise KpiRefused("Enter what is measured", field="title")
    if len(new.title.strip()) > LONGEST_TITLE:
        raise KpiRefused(f"Enter {LONGEST_TITLE} characters or fewer", field="title")
    if new.target is not None and not 0 < new.target <= MOST:
        raise KpiRefused(f"Enter a target above 0 and up to {MOST:,}", field="target")
    checked_words(new.why, "Enter why it is set so")
    return new


def _add(seen: ContractSeen, name: str, number: int, new: NewKpi, by: Viewer) -> Kpi:
    why = new.why.strip()
    row = Kpi(
        token=new_token(),
        contract_id=seen.contract.id,
        name=name,
        number=number,
        title=new.title.strip(),
        target=new.target,
        unit=new.unit,
        is_published=new.is_published,
        is_taken_out=new.is_taken_out,
        why=why,
        done_by_id=by.person_id,
        done_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    details = {"kpi": name, "published": new.is_published, "taken_out": new.is_taken_out}
    note("kpi.set", seen.contract, by, **details, why=sha256_hex(why))
    return row
