"""Whose record each parameter of an address names, and one of each in the demonstration.

A parameter that stands in neither list fails the tests of permissions: say whose it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from foundation.database import db

MEMBERS = "id IN (SELECT person_id FROM membership WHERE organisation_id = :{whose})"
OF_TENDER = "bid_id IN (SELECT id FROM bid WHERE tender_id = :before)"


@dataclass(frozen=True)
class Record:
    """A parameter that names a record: the table, and which rows of it fit into the address.

    ``which`` may name :before, the record before it in the address, and what ``Place`` holds.
    """

    parameter: str
    table: str
    which: str
    # Stands in the addresses meant; the first that fits counts.
    within: str = ""
    column: str = "token"


RECORDS = (
    Record("tender", "tender", "id = :tender"),
    Record("bid", "bid", "tender_id = :tender AND brought_by_id IS NOT NULL", within="/brought/"),
    Record("bid", "bid", "id = :bid"),
    Record("contract", "contract", "bid_id = :bid"),
    Record("assessment", "reassessment", "contract_id = :before"),
    Record("file", "reassessment_file", "reassessment_id = :before", within="/assessments/"),
    Record("file", "evidence", "bid_id = :before", within="/evaluation/bids/"),
    Record(
        "file",
        "obligation_file",
        "due_id IN (SELECT d.id FROM obligation_due d JOIN obligation o ON o.id = d.obligation_id "
        "WHERE o.contract_id = :before)",
    ),
    Record("evidence", "evidence", "bid_id = :before"),
    Record("document", "document", "supplier_id = :supplier AND retired_at IS NULL"),
    Record("risk", "tender_risk", "tender_id = :before", within="/planning/"),
    Record("risk", "risk_row", "bid_id = :bid", within="/evaluation/risks/"),
    Record("risk", "risk_row", OF_TENDER),
    Record("control", "risk_control", "risk_row_id = :before", column="control"),
    Record("action", "risk_action", "risk_row_id = :before", column="action"),
    Record("own", "own_question", "authority_id = :authority", within="/bank/own/"),
    Record("own", "own_clause", "authority_id = :authority"),
    Record("pack", "own_pack", "authority_id = :authority"),
    Record("proposal", "proposal", "organisation_id IN (:authority, :supplier)"),
    Record("person", "person", MEMBERS.format(whose="supplier"), within="/bids/"),
    Record("person", "person", MEMBERS.format(whose="neighbour"), within="/joint/"),
    Record("person", "person", MEMBERS.format(whose="authority")),
    Record("participation", "participating_authority", "organisation_id = :neighbour"),
    Record("procurement", "procurement", "authority_id = :authority"),
    Record(
        "clarification",
        "clarification",
        "tender_id = :before AND asked_for_id = :supplier",
        within="/opportunities/",
    ),
    Record("clarification", "clarification", "tender_id = :before"),
    Record("amendment", "amendment", "tender_id = :before"),
    Record("notice", "notice", "tender_id = :before"),
    Record("late", "late_submission", "bid_id IN (SELECT id FROM bid WHERE tender_id = :tender)"),
    Record("party", "exclusion_party", "bid_id = :before"),
    Record("asked", "bid_question", "bid_id = :before"),
    Record("mark", "confidential_mark", "bid_id = :before"),
    Record("issue", "issued_schedule", "bid_id = :before"),
    Record("version", "negotiated_schedule", "bid_id = :before"),
    Record("record", "made_record", "bid_id = :before", within="/schedules/<token:bid>"),
    Record(
        "record",
        "made_record",
        "bid_id = (SELECT bid_id FROM contract WHERE id = :before)",
        within="/contracts/",
    ),
    Record("record", "made_record", "tender_id = :before", within="/tenders/"),
    Record("record", "made_record", "authority_id = :authority"),
    Record(
        "obligation",
        "obligation",
        "contract_id = :before AND id IN (SELECT obligation_id FROM obligation_due)",
        within="/due/",
    ),
    Record("obligation", "obligation", "contract_id = :before"),
    Record("due", "obligation_due", "obligation_id = :before"),
    Record("indicator", "kpi", "contract_id = :before"),
    Record("consent", "answers_consent", "contract_id = :before"),
    Record("task", "given_task", "organisation_id = :authority"),
    Record("reopening", "reopening", "bid_id = :bid"),
    Record("template", "word_template", "authority_id = :authority"),
    Record("invitation", "invitation", "organisation_id = :authority"),
    Record("passkey", "passkey", "person_id = :person"),
    Record("sign_in", "sign_in_session", "person_id = :before", within="/team/"),
    Record("sign_in", "sign_in_session", "person_id = :person"),
    Record("organisation", "organisation", "id = :authority"),
    Record("authority", "organisation", "id = :authority"),
    # Its name stands inside what is sealed: no test can read it from a row.
    Record("qualification", "bid_terms", "id < 0", column="id"),
)

# What names no record: a word of the bank or the library, a number within a record, a page, or a
# secret that is itself what opens the address.
WORDS: Mapping[str, Any] = {
    "answer": "1",
    "check": "X1",
    "clause": "C14",
    "company": "01234567",
    "decision": 1,
    "filename": "nothing",
    "framework": "PAS185",
    "kind": "UK4",
    "name": "place",
    "new": "1",
    "number": 1,
    "old": "1",
    "page": "about",
    "part": "SLP-07.f",
    "piece": "1",
    "place": "condition",
    "question": "SLP-07",
    "risk": "R01",
    "role": "evaluator",
    "secret": "A" * 43,
    "section": "s1",
    "step": "note",
    "topic": "timetable",
    "variable": "retention",
    "what": "dates",
    "workbook": 1,
}

# Which words lead to something: pages about a file, a table, a certificate, a company.
FILE = {"part": "SLP-07.g2"}
TABLE = {"part": "SLP-07.i"}
CERTIFICATE = {"question": "SLP-05", "part": "SLP-05.c"}
WORDS_OF: Mapping[str, Mapping[str, Any]] = {
    **dict.fromkeys(
        ("part_files", "add_file", "use_files", "remove_file", "keep_file", "use_documents"), FILE
    ),
    **dict.fromkeys(("paste_rows", "add_pasted_rows", "offered_rows", "add_offered_rows"), TABLE),
    **dict.fromkeys(("edit_row", "save_row", "confirm_remove_row", "remove_row"), TABLE),
    **dict.fromkeys(("certificates", "fill", "use_newest"), CERTIFICATE),
    **dict.fromkeys(("my_reassessed_part", "save_reassessed_part"), {"part": "SLP-01.e"}),
    **dict.fromkeys(
        ("my_reassessed_row", "paste_assessed_rows", "add_pasted_assessed_rows"),
        {"part": "SLP-03.e"},
    ),
    "remove_reassessed_row": {"part": "SLP-03.e"},
    "change_contract": {"what": "end"},
    **dict.fromkeys(
        ("own_clause_condition", "change_own_clause_condition", "own_clause_test"),
        {"place": "clause"},
    ),
    "outcome_page": {"page": "outcome"},
    "open_data_page": {"page": "atrs-1"},
    "portfolio_company": {"company": "99000101"},
}


def record_of(rule: Any, parameter: str) -> Record | None:
    """Return what a parameter of an address names; None for a word. Raises KeyError: unknown."""
    if type(rule._converters[parameter]).__name__ == "TokenConverter":
        fitting = [one for one in RECORDS if one.parameter == parameter]
        for one in fitting:
            if one.within in rule.rule:
                return one
        raise KeyError(parameter)
    WORDS[parameter]
    return None


def parameters(rule: Any) -> set[str]:
    """Return the parameters that stand in the address itself."""
    return rule.arguments - set(rule.defaults or ())


def records_in(rule: Any) -> list[str]:
    """Return the parameters of an address that name records, in its order."""
    named = [name for name in parameters(rule) if record_of(rule, name) is not None]
    return sorted(named, key=lambda name: rule.rule.index(f":{name}>"))


@dataclass(frozen=True)
class Place:
    """Where records are looked for: a tender, a bid for it, and who they belong to. All ids."""

    tender: int
    bid: int
    authority: int
    supplier: int
    neighbour: int
    person: int


def values_at(rule: Any, place: Place) -> dict[str, Any] | None:
    """Return a value for each parameter, the records belonging together; None if one is missing."""
    words = {**WORDS, **WORDS_OF.get(rule.endpoint.partition(".")[2], {})}
    values = {name: words[name] for name in parameters(rule) if record_of(rule, name) is None}
    before = 0
    for name in records_in(rule):
        found = first_of(record_of(rule, name), place, before)
        if found is None:
            return None
        before, values[name] = found
    return values


def of_another(rule: Any, place: Place, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the same values but for the last record, which belongs to another one before it.

    None where there is no such record, or it needs none before it.
    """
    names = records_in(rule)
    record = record_of(rule, names[-1]) if len(names) > 1 else None
    if record is None or ":before" not in record.which:
        return None
    mine = db.session.scalar(
        text(
            f"SELECT id FROM {record_of(rule, names[-2]).table} "
            f"WHERE {record_of(rule, names[-2]).column} = :value"
        ),
        {"value": values[names[-2]]},
    )
    other = db.session.scalar(
        text(
            f"SELECT {record.column} FROM {record.table} WHERE NOT ({record.which}) "
            f"AND {record.column} IS NOT NULL ORDER BY id"
        ),
        vars(place) | {"before": mine},
    )
    return None if other is None else {**values, names[-1]: other}


def first_of(record: Record, place: Place, before: int) -> tuple[int, str] | None:
    found = db.session.execute(
        text(f"SELECT id, {record.column} FROM {record.table} WHERE {record.which} ORDER BY id"),
        vars(place) | {"before": before},
    ).first()
    return None if found is None else (found[0], found[1])
