"""The documents a company keeps, and whether one runs out too soon for a tender."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from question_bank.rules.kinds.amounts import as_date
from question_bank.rules.questions import Kind, Part, Schema

# Columns of records and tables that say until when a certificate is valid.
EXPIRY_COLUMNS = frozenset({"expires", "certificate_expires"})
# Details of a certificate that hold for one bid, so the library does not keep them.
OF_ONE_BID = frozenset({"covers_solution", "covers_subcontractors", "renewal_booked"})
# From how long before it runs out a document is shown as expiring.
SOON = timedelta(days=90)
MOST_DOCUMENTS = 500


class DocumentKind(StrEnum):
    CERTIFICATE = "certificate"
    POLICY = "policy"
    REPORT = "report"
    INSURANCE = "insurance"
    OTHER = "other"


KINDS_IN_WORDS: Mapping[DocumentKind, str] = {
    DocumentKind.CERTIFICATE: "Certificate",
    DocumentKind.POLICY: "Policy or procedure",
    DocumentKind.REPORT: "Report, such as a test or an audit",
    DocumentKind.INSURANCE: "Insurance",
    DocumentKind.OTHER: "Something else",
}


class Validity(StrEnum):
    """Where a document stands today, whatever tender it may serve."""

    UNKNOWN = "unknown"
    NOT_YET = "not-yet"
    VALID = "valid"
    EXPIRES_SOON = "expires-soon"
    EXPIRED = "expired"


VALIDITY_IN_WORDS: Mapping[Validity, str] = {
    Validity.UNKNOWN: "No end date",
    Validity.NOT_YET: "Not valid yet",
    Validity.VALID: "Valid",
    Validity.EXPIRES_SOON: "Expires soon",
    Validity.EXPIRED: "Expired",
}


def validity_on(day: date, valid_from: date | None, valid_to: date | None) -> Validity:
    """Return where a document stands on ``day``; it is valid on its last day too.

    Without an end date nothing is claimed, except that it has not begun.
    """
    if valid_to is not None and valid_to < day:
        return Validity.EXPIRED
    if valid_from is not None and day < valid_from:
        return Validity.NOT_YET
    if valid_to is None:
        return Validity.UNKNOWN
    return Validity.EXPIRES_SOON if valid_to - day <= SOON else Validity.VALID


class Level(StrEnum):
    """How early something expires, the earliest first."""

    BEFORE_CLOSING = "before-closing"
    BEFORE_AWARD = "before-award"
    BEFORE_CONTRACT_END = "before-contract-end"


_LEVELS = tuple(Level)


@dataclass(frozen=True)
class Milestones:
    """The days of a tender that certificates are held against; None where nobody said."""

    closing: date | None = None
    award: date | None = None
    contract_end: date | None = None

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Milestones:
        """Return them from the facts of a tender as stored."""
        return cls(*(as_date(facts.get(n)) for n in ("closes_at", "award_date", "contract_end")))


@dataclass(frozen=True)
class TooSoon:
    """When something expires and the first day of the tender that it does not reach."""

    expires: date
    level: Level
    day: date

    @property
    def in_words(self) -> str:
        """Return what a page says, to be put after the name of the document."""
        before, then = in_words(self.day), in_words(self.expires)
        if self.level is Level.BEFORE_CLOSING:
            return f"expires {then}, before bids close on {before}"
        if self.level is Level.BEFORE_AWARD:
            return f"expires {then}, before the award expected on {before}"
        return f"expires {then}, before the contract ends on {before}"


def too_soon(expires: date | None, milestones: Milestones) -> TooSoon | None:
    """Return the first day of the tender that ``expires`` comes before; None if it reaches all.

    The last day of validity counts as valid. A day nobody knows claims nothing.
    """
    if expires is None:
        return None
    days = (milestones.closing, milestones.award, milestones.contract_end)
    for level, day in zip(_LEVELS, days, strict=True):
        if day is not None and expires < day:
            return TooSoon(expires, level, day)
    return None


def expiries_in(part: Part, value: Any) -> list[tuple[str, date]]:
    """Return (what it is, until when) for every expiry date inside the answer to ``part``.

    An answer given while the part was of another kind, before an amendment, holds none.
    """
    if part.schema is None:
        return []
    if part.kind is Kind.TABLE and isinstance(value, list):
        return [
            (_row_name(part.schema, row, number), day)
            for number, row in enumerate(value, 1)
            for day in _expiry_days(part.schema, row)
        ]
    if part.kind is not Kind.TABLE and isinstance(value, Mapping):
        return [(part.label, day) for day in _expiry_days(part.schema, value)]
    return []


def _expiry_days(schema: Schema, row: Mapping[str, Any]) -> Iterable[date]:
    for column in schema.columns:
        if column.id in EXPIRY_COLUMNS:
            day = as_date(row.get(column.id))
            if day is not None:
                yield day


def _row_name(schema: Schema, row: Mapping[str, Any], number: int) -> str:
    first = schema.columns[0]
    value = str(row.get(first.id, ""))
    option = first.option(value)
    name = option.label if option else value
    if row.get("certificate_expires"):
        # A register of subcontractors: it is their certificate, not theirs to end.
        name = f"a certificate of {name}"
    return f"{name} (row {number})"


def library_schema(schema: Schema) -> Schema:
    """Return the columns of a certificate that hold whatever it is used for."""
    columns = tuple(column for column in schema.columns if column.id not in OF_ONE_BID)
    return Schema(schema.id, schema.title, schema.row_name, columns)


def filled_from(part: Part, details: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a certificate of the library says to the columns of ``part``.

    A choice the tender does not offer is left out: somebody then selects one.
    """
    columns = part.schema.columns if part.schema else ()
    return {
        column.id: details[column.id]
        for column in columns
        if column.id in details
        and column.id not in OF_ONE_BID
        and (not column.options or column.option(str(details[column.id])))
    }


def serves_certificates(part: Part) -> bool:
    """Return whether an answer to ``part``, or a row of it, is a certificate."""
    if part.schema is None or part.kind not in (Kind.CERTIFICATE, Kind.TABLE):
        return False
    return {"scheme", "number", "expires"} <= {column.id for column in part.schema.columns}


def in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


@dataclass(frozen=True)
class DocumentFacts:
    """What a company says of a document: dates as "2026-03-27" or empty, a certificate's details.

    Of a certificate the dates are those among its details.
    """

    title: str
    kind: DocumentKind
    issued: str = ""
    valid_from: str = ""
    valid_to: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of_certificate(cls, title: str, details: Mapping[str, Any]) -> DocumentFacts:
        issued, expires = str(details.get("issued", "")), str(details.get("expires", ""))
        return cls(title, DocumentKind.CERTIFICATE, issued, issued, expires, dict(details))

    @classmethod
    def stored(cls, about: Mapping[str, Any]) -> DocumentFacts:
        names = ("issued", "valid_from", "valid_to")
        dates = {name: str(about.get(name, "")) for name in names}
        kind = DocumentKind(about["kind"])
        return cls(about["title"], kind, **dates, details=about.get("details") or {})

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "kind": self.kind.value,
            "issued": self.issued,
            "valid_from": self.valid_from,
            "valid_to": self.valid_to,
            "details": dict(self.details),
        }

    @property
    def expires(self) -> date | None:
        return as_date(self.valid_to)

    def validity(self, day: date) -> Validity:
        return validity_on(day, as_date(self.valid_from), self.expires)

    def mentions(self, words: str) -> bool:
        """Return whether every one of ``words`` stands somewhere in what is said of it."""
        values = (self.title, KINDS_IN_WORDS[self.kind], *map(str, self.details.values()))
        text = " ".join(values).casefold()
        return all(word in text for word in words.casefold().split())
