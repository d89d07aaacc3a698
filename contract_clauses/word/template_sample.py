"""A small invented schedule, to look at a template with: no words of any tender or bid."""

from __future__ import annotations

from functools import cache

from contract_clauses.rules.annexes import AnnexColumn, ScheduledAnnex
from contract_clauses.rules.parts import (
    DRAFT,
    Before,
    DefinedTerm,
    Departure,
    Item,
    Paragraph,
    Parties,
    Schedule,
    ScheduledClause,
)
from contract_clauses.rules.wording import Segment, SegmentKind

WIDE = ("No.", "Promise", "Answer", "Who", "When", "What hangs on it", "Evidence", "State")
SENTENCES = (
    "The Supplier must keep the Service available as stated in this sample clause.",
    "The Council may ask for evidence of this; the Supplier must give it within ten Working Days.",
)


@cache
def sample() -> Schedule:
    """Return a schedule with something of every kind that a template has to carry."""
    return Schedule(
        status=DRAFT,
        parties=Parties(
            authority="Sample Authority",
            supplier="Example Supplier Ltd",
            tender_title="A sample tender",
            tender_reference="SAMPLE-1",
            company_number="01234567",
            address="1 Example Street, Sampleton",
            bought_with=("Another Sample Authority",),
        ),
        bank_version="sample",
        library_version="sample",
        library_fingerprint="0" * 64,
        clauses=_clauses(),
        excluded=(),
        annexes=_annexes(),
        commitments=(),
        duties=(),
        deviations=(),
        brackets=(),
        trace=(),
    )


def _words(text: str) -> tuple[Segment, ...]:
    return (Segment(SegmentKind.WORDS, text),)


def _clauses() -> tuple[ScheduledClause, ...]:
    terms = (
        DefinedTerm("Service", _words("what the Supplier provides under this sample")),
        DefinedTerm("Working Day", _words("a day other than a weekend or a bank holiday")),
    )
    leading = Paragraph("1.1", _words("In this Schedule:"), definitions=terms, key="terms")
    items = (
        Item("a", _words("each change that is planned, with the day on which it is made;")),
        Item("b", _words("each interruption, with its cause.")),
    )
    referring = (
        Segment(SegmentKind.WORDS, "The Supplier must tell the Council, as "),
        Segment(SegmentKind.CLAUSE, "clause 2", "S02"),
        Segment(SegmentKind.WORDS, " and "),
        Segment(SegmentKind.ANNEX, "Annex 1", "sample"),
        Segment(SegmentKind.WORDS, " say, about:"),
    )
    changed = Paragraph(
        "3.2",
        _words("The Supplier must keep a record of each change for six years."),
        key="2",
        departure=Departure.CHANGED,
        before=Before(_words("The Supplier must keep a record of each change for two years.")),
    )
    sub_clauses = tuple(
        Paragraph(f"2.{number}", _words(text), key=str(number))
        for number, text in enumerate(SENTENCES * 3, 1)
    )
    return (
        ScheduledClause("", 1, 1, "Words used in this Schedule", (leading,)),
        ScheduledClause(
            "S02", 2, 1, "Availability (sample)", sub_clauses,
            note="A drafting note, as reviewers see it beside a clause.",
        ),
        ScheduledClause(
            "S03", 3, 1, "Telling the Council (sample)",
            (Paragraph("3.1", referring, items, key="1"), changed),
            redrafted="Six years is what the Council keeps its own records for.",
            redrafted_by="A reviewer",
        ),
    )  # fmt: skip


def _annexes() -> tuple[ScheduledAnnex, ...]:
    row = (
        "Tests recovery from a copy twice a year", "A-01", "Supplier", "Throughout",
        "Clause 2", "Report of the test", "Open",
    )  # fmt: skip
    wide = ScheduledAnnex(
        "sample", 1, "A wide table (sample)", "Wide annexes are on pages turned on their side.",
        tuple(AnnexColumn(label, 1 if label == "No." else 3) for label in WIDE),
        tuple((str(number), *row) for number in range(1, 31)), "",
    )  # fmt: skip
    narrow = ScheduledAnnex(
        "people", 2, "A narrow table (sample)", "Others are on upright pages.",
        (AnnexColumn("Who", 1), AnnexColumn("What for", 2)),
        (("Service desk", "Anything that does not work"), ("Contract manager", "All else")), "",
    )  # fmt: skip
    return wide, narrow
