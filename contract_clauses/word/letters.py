"""The commitments register, and the side letter of deviations, of one schedule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from contract_clauses.rules.issuing import Approved
from contract_clauses.rules.parts import DRAFT, Schedule
from contract_clauses.rules.schedule_kept import sha256_of
from contract_clauses.rules.variables import Deviation
from contract_clauses.word.blocks import words
from contract_clauses.word.opening import fingerprint_in_groups
from contract_clauses.word.reports import Report, heading, report_document, rows_table

PROMISES = (
    "Every promise with a day in the Tender Response, in the order of the contract schedule. The "
    "last column is for the contract manager."
)
DUTIES = "What the clauses ask for after the award, each with who has to do it and what proves it."
LETTER = (
    "This letter is read with the contract schedule named above and means by its words what the "
    "schedule means. It lists every place where the Tender Response falls short of the Council's "
    "minimum position, and what the parties take from it. Where the table says that the minimum "
    "applies, the Supplier accepts the clause as the schedule prints it."
)
NOT_DECIDED = "Not decided: the clause prints the minimum"
STANDS = "The figure given is printed in place of the minimum"
NOTHING_PROMISED = "The Tender Response holds no promise with a day."
NOTHING_DUE = "The clauses ask for nothing after the award."
NO_DEVIATION = "The Tender Response meets every minimum position of the schedule."


def commitments_document(schedule: Schedule, approved: Approved | None = None) -> bytes:
    """Return the register of dated promises and of duties after the award, as .docx."""
    report = _report(schedule, approved, "Commitments register", is_wide=True)
    return report_document(report, _commitments(report, schedule))


def _commitments(report: Report, schedule: Schedule) -> Iterator[str]:
    yield heading("Promises of the Tender Response")
    yield words("AnnexIntro" if schedule.commitments else "Normal", PROMISES)
    if schedule.commitments:
        yield rows_table(
            report,
            ("No", "Promise", "Answer", "Owner", "Due", "Before", "Proof", "Done on, seen by"),
            (1, 8, 2, 2, 3, 3, 5, 4),
            [
                (str(c.number), c.promise, c.part, c.owner, c.due, c.before, c.evidence, "")
                for c in schedule.commitments
            ],
            "Promises of the Tender Response",
            to_fill=(7,),
        )
    else:
        yield words("Normal", NOTHING_PROMISED)
    yield heading("Duties under the clauses")
    yield words("AnnexIntro" if schedule.duties else "Normal", DUTIES)
    if schedule.duties:
        yield rows_table(
            report,
            ("Clause", "Who", "What", "When", "Proof", "Done on, seen by"),
            (1, 2, 8, 4, 5, 4),
            [
                (d.place, f"The {d.who.title()}", d.what, d.when, d.evidence, "")
                for d in schedule.duties
            ],
            "Duties under the clauses",
            to_fill=(5,),
        )
    else:
        yield words("Normal", NOTHING_DUE)


def side_letter(
    schedule: Schedule,
    settled: Mapping[tuple[str, str], str] | None = None,
    approved: Approved | None = None,
) -> bytes:
    """Return the letter of deviations, as .docx. ``settled``: what the parties take from each, in
    words, by clause and variable."""
    report = _report(schedule, approved, "Side letter of deviations")
    return report_document(report, _deviations(report, schedule, settled or {}))


def _deviations(
    report: Report, schedule: Schedule, settled: Mapping[tuple[str, str], str]
) -> Iterator[str]:
    if not schedule.deviations:
        yield words("Normal", NO_DEVIATION)
        return
    yield words("Normal", LETTER)
    numbers = {clause.id: clause for clause in schedule.clauses}
    rows: list[Sequence[str]] = []
    for one in schedule.deviations:
        clause = numbers.get(one.clause)
        decided = settled.get((one.clause, one.variable), "")
        rows.append(
            (
                f"{clause.number}. {clause.title}" if clause else one.clause,
                f"{one.says}\n({one.label})",
                one.given_in_words,
                one.minimum_in_words,
                _taken(one, decided),
            )
        )
    yield heading("Deviations")
    yield rows_table(
        report,
        ("Clause", "Deviation", "Given", "Minimum", "What the parties take from it"),
        (3, 5, 2, 2, 5),
        rows,
        "Deviations from the minimum",
    )
    yield heading("Signed")
    yield rows_table(
        report,
        ("", "Name and position", "Signature", "Date"),
        (3, 4, 4, 2),
        [
            (f"For {schedule.parties.authority}", "", "\n\n", ""),
            (f"For {schedule.parties.supplier}", "", "\n\n", ""),
        ],
        "Signatures",
        to_fill=(1, 2, 3),
    )


def _taken(one: Deviation, decided: str) -> str:
    return decided or (STANDS if one.stands else NOT_DECIDED)


def _report(
    schedule: Schedule, approved: Approved | None, title: str, *, is_wide: bool = False
) -> Report:
    parties = schedule.parties
    sha256 = approved.sha256 if approved else sha256_of(schedule)
    of = f"version {approved.version}" if approved else schedule.status
    token = approved.token if approved else "draft"
    return Report(
        title,
        parties.tender_title,
        (
            ("Tender", parties.tender_reference),
            ("The Council", parties.authority),
            ("Bought together with", "\n".join(parties.bought_with)),
            ("The Supplier", parties.supplier),
            ("Contract schedule", f"{of[:1].upper()}{of[1:]}\n{fingerprint_in_groups(sha256)}"),
        ),
        running_head=f"{parties.authority} and {parties.supplier}",
        mark=DRAFT if approved is None else schedule.status,
        made_on=parties.prepared_on,
        made_from=f"{title.split()[0].casefold()}:{token}:{sha256}",
        is_wide=is_wide,
    )
