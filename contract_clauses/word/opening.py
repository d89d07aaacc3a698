"""The pages before the first clause: cover, contents, and what is still to be settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from contract_clauses.rules.issuing import Approved
from contract_clauses.rules.parts import DRAFT, Schedule
from contract_clauses.rules.redrafts_shown import depths_in_words
from contract_clauses.word import fields
from contract_clauses.word.blocks import UPRIGHT, facts_table, paragraph, table, words
from contract_clauses.word.text import run

TITLE = "Contract schedule"
DEVIATIONS = (
    "The clauses print the minimum. Whether the bid complies is for the Council to decide; a "
    "difference may be negotiated only where the procedure of the Tender allows it."
)
SUBTITLE = "Data, security and openness of the Service"


def cover(schedule: Schedule, approved: Approved | None = None) -> Iterator[str]:
    yield words("Title", TITLE)
    yield words("Subtitle", SUBTITLE)
    if schedule.status == DRAFT:
        yield words("DraftMark", DRAFT)
    facts = [*cover_facts(schedule), *issue_facts(approved)]
    yield facts_table(facts, width=UPRIGHT.text_width, title="About this schedule")
    yield words("AfterTable", "")


def cover_facts(schedule: Schedule) -> list[tuple[str, str]]:
    """Return what the cover says of a schedule, in the order in which it does."""
    parties = schedule.parties
    supplier = [parties.supplier]
    if parties.company_number:
        supplier.append(f"Company number {parties.company_number}")
    if parties.address:
        supplier.append(parties.address)
    day = parties.prepared_on
    facts = [
        ("Tender", f"{parties.tender_title}\n{parties.tender_reference}"),
        ("The Council", parties.authority),
        ("Bought together with", "\n".join(parties.bought_with)),
        ("The Supplier", "\n".join(supplier)),
        ("Prepared on", f"{day.day} {day:%B %Y}" if day else ""),
        ("Question bank", f"Version {schedule.bank_version}"),
        ("Questionnaire", fingerprint_in_groups(parties.questionnaire_sha256)),
        ("Depth of the clauses", depths_in_words(schedule)),
        ("Clause library", f"Version {schedule.library_version}"),
        ("Library fingerprint", fingerprint_in_groups(schedule.library_fingerprint)),
    ]
    return [(name, value) for name, value in facts if value]


def issue_facts(approved: Approved | None) -> list[tuple[str, str]]:
    """Return what the cover says of the issue; nothing on a draft."""
    if approved is None:
        return []
    day = approved.approved_on
    return [
        ("Version", str(approved.version)),
        ("Approved", f"{day.day} {day:%B %Y}, by {approved.approved_by}"),
        ("Fingerprint of this issue", fingerprint_in_groups(approved.sha256)),
    ]


def fingerprint_in_groups(sha256: str) -> str:
    """Return a hash in groups of eight, so that two people can compare it aloud."""
    return " ".join(sha256[start : start + 8] for start in range(0, len(sha256), 8))


def contents(schedule: Schedule, pages: Mapping[str, int]) -> Iterator[str]:
    """Yield the table of contents with its entries written out, numbers as they will print.

    Without ``pages`` it carries no page numbers (switch \\n): a wrong one is worse than none.
    """
    entries = list(headings(schedule))
    numbered = all(name in pages for name, _, _ in entries)
    instruction = 'TOC \\o "1-1" \\h \\z \\u' if numbered else 'TOC \\o "1-1" \\n \\h \\z \\u'
    yield words("TOCHeading", "Contents")
    for position, (bookmark, number, title) in enumerate(entries):
        entry = run(f"{number}\t{title}")
        if numbered:
            entry += run("\t") + fields.field(f"PAGEREF {bookmark} \\h", str(pages[bookmark]))
        inside = fields.link_to(bookmark, entry)
        if position == 0:
            inside = fields.opened(instruction) + inside
        if position == len(entries) - 1:
            inside += fields.END
        yield paragraph("TOC1", inside)


def headings(schedule: Schedule) -> Iterator[tuple[str, str, str]]:
    """Yield the bookmark, the number and the words of each heading the contents list."""
    for clause in schedule.clauses:
        name = fields.bookmark_name("Clause", clause.id or str(clause.number))
        yield name, f"{clause.number}.", clause.title
    for annex in schedule.annexes:
        yield fields.bookmark_name("Annex", annex.id), f"Annex {annex.number}", annex.title


def to_settle(schedule: Schedule) -> Iterator[str]:
    """Yield what stands between this draft and approval; nothing once it is approved."""
    if schedule.status != DRAFT or not (schedule.brackets or schedule.deviations):
        return
    yield paragraph("FrontHeading", run("To settle before approval"), "<w:pageBreakBefore/>")
    yield words(
        "Normal", "This page is for the Council's reviewers. It goes when the draft is approved."
    )
    numbers = {clause.id: clause.number for clause in schedule.clauses}
    if schedule.brackets:
        yield words("SmallHeading", "Brackets to fill")
        rows = [(f"{b.number}. {b.title}", b.label) for b in schedule.brackets]
        yield _upright(("Clause", "What is missing"), (4, 6), rows, "Brackets to fill")
    if schedule.deviations:
        yield words("SmallHeading", "Where the Tender Response falls short of the minimum")
        yield words("Normal", DEVIATIONS)
        rows_of_four = [
            (
                str(numbers.get(d.clause, "")),
                f"{d.says}\n({d.label})",
                d.given_in_words,
                d.minimum_in_words + _stands(d.stands),
            )
            for d in schedule.deviations
        ]
        yield _upright(
            ("Clause", "Deviation", "Given", "Minimum printed"),
            (1, 5, 2, 2),
            rows_of_four,
            "Deviations from the minimum",
        )


def _stands(stands: bool) -> str:
    return " (not printed: an officer entered the value given)" if stands else ""


def _upright(
    labels: tuple[str, ...], weights: tuple[int, ...], rows: Sequence[tuple[str, ...]], title: str
) -> str:
    drawn = table(labels, weights, rows, width=UPRIGHT.text_width, title=title)
    return drawn + words("AfterTable", "")
