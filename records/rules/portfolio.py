"""What the contracts of an authority have in common: certificates, risks, on whom they rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from contract_clauses.rules.watching import Lasts
from question_bank.rules.kinds.amounts import as_date
from records.rules.companies import HOSTING, Company, Named
from scoring.rules.accepting import Acceptance, Standing, standing_of
from scoring.rules.drawing import WIDTH, Box, Drawing, Mark, Table, Words, at, short
from scoring.rules.matrix import Band, Scale
from scoring.rules.ratings import Rating

# From how many days before its last one a certificate is said to run out.
SOON = 90
# A picture has room for so many bars; the table behind it has all.
BARS = 12
LABELS, ROW, PAD, ROOM = 190.0, 26.0, 12.0, 430.0


class Runs(StrEnum):
    """How a certificate stands on a day."""

    IN_DATE = "In date"
    SOON = "Runs out soon"
    EXPIRED = "Expired"
    UNKNOWN = "No last day given"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate an answer names; ``renewed``: a later one was shown and confirmed since."""

    scheme: str
    number: str
    until: date | None
    renewed: bool = False

    def runs_on(self, today: date) -> Runs:
        if self.renewed:
            return Runs.IN_DATE
        if self.until is None:
            return Runs.UNKNOWN
        if self.until < today:
            return Runs.EXPIRED
        return Runs.SOON if (self.until - today).days <= SOON else Runs.IN_DATE

    def words_on(self, today: date) -> str:
        """Return “runs out in 12 days” and the like; its last day counts as valid."""
        runs, days = self.runs_on(today), (self.until - today).days if self.until else 0
        if self.renewed:
            return "renewed since"
        if runs is Runs.SOON:
            if not days:
                return "runs out today"
            return f"runs out in {days} {'day' if days == 1 else 'days'}"
        return {Runs.EXPIRED: "expired", Runs.UNKNOWN: "no last day given"}.get(runs, "in date")


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate with the place at which an answer names it, for the files that renew it."""

    lasts: Lasts | None
    certificate: Certificate


def certificates_of(answers: Mapping[str, Any]) -> list[CertificateRow]:
    """Return the certificates answers name, each once, in the order of the answers."""
    found: dict[tuple[str, str], CertificateRow] = {}
    for part_id, value in answers.items():
        rows = value if isinstance(value, list) else [value]
        place = 0
        for row in rows:
            if not isinstance(row, Mapping) or "scheme" not in row or "expires" not in row:
                continue
            until = as_date(row["expires"])
            scheme, number = str(row["scheme"]), str(row.get("number") or "").strip()
            lasts = None
            if until is not None:
                place += 1
                lasts = Lasts(part_id, place, scheme, until)
            one = CertificateRow(lasts, Certificate(scheme, number, until))
            known = found.get((scheme, number.casefold()))
            if known is None or _later(one, known):
                found[(scheme, number.casefold())] = one
    return list(found.values())


def _later(one: CertificateRow, known: CertificateRow) -> bool:
    first, second = one.certificate.until, known.certificate.until
    return first is not None and (second is None or first > second)


@dataclass(frozen=True, slots=True)
class OpenRisk:
    """A risk that stands in a register, as far as a portfolio counts it."""

    rating: Rating
    residual: Rating | None
    appetite: int
    acceptance: Acceptance | None
    review_on: date | None

    def standing(self, today: date) -> Standing:
        return standing_of(self.residual or self.rating, self.appetite, self.acceptance, today)


@dataclass(frozen=True, slots=True)
class RisksCounted:
    """How many risks stand open, by band; how many are above the appetite, and of these borne by
    nobody's name; and the first day on which one is to be looked at."""

    bands: Mapping[Band, int] = field(default_factory=dict)
    above: int = 0
    unaccepted: int = 0
    review_on: date | None = None

    @property
    def total(self) -> int:
        return sum(self.bands.values())


def counted(risks: Iterable[OpenRisk], today: date) -> RisksCounted:
    """Return the counts. A risk counts with what is left of it, or as it was rated at first."""
    listed = list(risks)
    bands = Counter((one.residual or one.rating).band for one in listed)
    standings = [one.standing(today) for one in listed]
    return RisksCounted(
        {band: bands.get(band, 0) for band in Band},
        sum(one is not Standing.WITHIN for one in standings),
        sum(one.needs_acceptance for one in standings),
        min((one.review_on for one in listed if one.review_on), default=None),
    )


def risk_in(
    scale: Scale, category: str, rated: tuple[int, int], left: tuple[int | None, int | None]
) -> tuple[Rating, Rating | None, int]:
    """Return the rating, what is left of it where somebody said so, and the appetite for it."""
    likelihood, impact = left
    residual = (
        None if likelihood is None or impact is None else Rating(likelihood, impact, scale=scale)
    )
    return Rating(*rated, scale=scale), residual, scale.appetite_for(category)


@dataclass(frozen=True, slots=True)
class Share:
    """How many contracts rest on one thing, of those whose answers can be read."""

    name: str
    contracts: int
    of: int
    key: str = ""

    @property
    def percent(self) -> int:
        return round(100 * self.contracts / self.of) if self.of else 0


def shares_of_hosts(companies: Sequence[Company], of: int) -> list[Share]:
    """Return the share of contracts on each company that holds the service, its data or copies."""
    found = []
    for one in companies:
        on = [rows for rows in one.on.values() if any(row.part in HOSTING for row in rows)]
        if on:
            found.append(Share(one.name, len(on), of, one.key))
    return _in_order(found)


def shares_of_subcontractors(companies: Sequence[Company], of: int) -> list[Share]:
    return _in_order(Share(one.name, len(one.on), of, one.key) for one in companies)


def shares_of_countries(
    named: Mapping[str, Iterable[Named]], countries: Mapping[str, str], of: int
) -> list[Share]:
    """Return the share of contracts on each country in which somebody works on the data."""
    on = Counter(code for rows in named.values() for code in {row.country for row in rows} - {""})
    return _in_order(Share(countries.get(code, code), count, of) for code, count in on.items())


def _in_order(shares: Iterable[Share]) -> list[Share]:
    return sorted(shares, key=lambda one: (-one.contracts, one.name.casefold(), one.key))


def share_bars(name: str, title: str, of_what: str, shares: Sequence[Share]) -> Drawing:
    """Return a bar for each share, the largest first; every figure stands in words beside it."""
    shown = shares[:BARS]
    height = PAD * 2 + ROW * max(len(shown), 1)
    marks: list[Mark] = []
    for row, one in enumerate(shown):
        y = PAD + row * ROW
        marks.append(Words(0, y + 15, short(one.name)))
        marks.append(Box(LABELS, y + 2, ROOM, ROW - 8, "ground"))
        wide = at(one.contracts * ROOM / max(one.of, 1))
        marks.append(Box(LABELS, y + 2, wide, ROW - 8, "bar-1"))
        words = f"{one.contracts} of {one.of}"
        marks.append(Words(WIDTH - 4, y + 15, words, "end", "strong"))
    left = f" The first {BARS} of {len(shares)} are drawn." if len(shares) > BARS else ""
    return Drawing(
        name,
        title,
        f"A bar for each {of_what}: how many contracts rest on it, of those whose answers can be "
        f"read. The longer the bar, the more would be hit at once.{left}",
        WIDTH,
        height,
        tuple(marks),
        Table(
            title,
            (of_what.capitalize(), "Contracts", "Share"),
            tuple((one.name, f"{one.contracts} of {one.of}", f"{one.percent}%") for one in shares),
        ),
    )
