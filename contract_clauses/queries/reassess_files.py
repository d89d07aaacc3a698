"""The files that answers of a yearly assessment name: those of the bid, and those sent in rounds.

Each side reads the files its page names: the council those of the answers as they stood and as
they were handed in, never one that only a draft names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from contract_clauses import seals
from contract_clauses.models import Contract, Reassessment, ReassessmentFile
from contract_clauses.queries.reassessing import FILE, Round
from contract_clauses.rules.reassessing import RoundRefused
from foundation import files as stored_files
from foundation.chunks import ChunkReader
from foundation.database import db
from question_bank.rules.questions import Kind
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid
from supplier_portal.queries.evidence import evidence_rows, file_to_hand_out
from supplier_portal.queries.scanning import ToScan, scans_of
from supplier_portal.rules.scanning import NEVER_SCANNED, Scan, must_not_be_refused

MOST_NAMED = 5


@dataclass(frozen=True)
class NamedFile:
    """A file as an answer names it, with what the scanner said; ``token`` is empty where the answer
    only says its name, as one from an answer file does."""

    entry: Mapping[str, str]
    scan: Scan

    @property
    def token(self) -> str:
        return self.entry.get("evidence", "")

    @property
    def name(self) -> str:
        return self.entry["name"]

    @property
    def title(self) -> str:
        return self.entry.get("title") or self.entry["name"]


def named_files(one: Round, *values: Any) -> tuple[list[NamedFile], ...]:
    """Return the files each answer names. Three statements, however many there are."""
    listed = [entries_of(value) for value in values]
    tokens = {file["evidence"] for entries in listed for file in entries if file.get("evidence")}
    scans = _scans(one, tokens) if tokens else {}
    return tuple(
        [NamedFile(file, scans.get(file.get("evidence", ""), NEVER_SCANNED)) for file in entries]
        for entries in listed
    )


def must_name_no_refused_file(one: Round) -> None:
    """Raise RoundRefused where a new answer names a file in which the scanner found something."""
    answers = {part: had.value for part, had in one.given.items() if not had.unchanged}
    entries = [entry for value in answers.values() for entry in entries_of(value)]
    (files,) = named_files(one, entries)
    refused = [file.name for file in files if file.scan.is_refused]
    if refused:
        raise RoundRefused(
            "You cannot hand the assessment in because the scanner found malicious software in "
            f"{', '.join(refused[:MOST_NAMED])}: take it out, and add a clean copy if you have one"
        )


def entries_of(value: Any) -> list[dict[str, str]]:
    """Return what the answer of a file part lists; nothing for another answer."""
    rows = value if isinstance(value, list) else []
    return [row for row in rows if isinstance(row, dict) and isinstance(row.get("name"), str)]


def file_of_round(one: Round, token: str) -> tuple[str, ChunkReader]:
    """Return name and bytes of a file that an answer of the round names.

    Raises NoResultFound, and FileRefused for malicious software.
    """
    entry = next((entry for entry in _named_in(one) if entry.get("evidence") == token), None)
    if entry is None:
        raise NoResultFound
    row = _rows(one, [token]).get(token)
    if row is None:
        about, file = file_to_hand_out(one.seen.bid, token, one.seen.key)
        return about.name, file
    scan = scans_of([row.stored_name]).get(row.stored_name, NEVER_SCANNED)
    must_not_be_refused(scan, entry["name"])
    return entry["name"], _open(row, one.seen.key)


def file_to_scan(stored_name: str) -> ToScan | None:
    """Return a file of a yearly assessment, for the scanner; app.py plugs this in."""
    found = db.session.execute(
        select(ReassessmentFile, Bid, Contract.token)
        .join(Reassessment, Reassessment.id == ReassessmentFile.reassessment_id)
        .join(Contract, Contract.id == Reassessment.contract_id)
        .join(Bid, Bid.id == Contract.bid_id)
        .where(ReassessmentFile.stored_name == stored_name)
        .limit(1)
    ).first()
    if found is None:
        return None
    row, bid, contract = found
    return ToScan(_open(row, bid_seals.supplier_key(bid)), ("contract", contract))


def entry_of(row: ReassessmentFile, key: bytes) -> dict[str, str]:
    """Return a file as the answer of a file part names it, the same as one of a bid is named."""
    about = seals.opened(FILE, row.token, key, row.sealed_about)
    entry = {
        "name": about["name"],
        "title": about["title"],
        "evidence": row.token,
        "sha256": about["sha256"],
        "size": str(row.size),
    }
    return entry | ({"issued": about["issued"]} if about["issued"] else {})


def _named_in(one: Round) -> Iterable[dict[str, str]]:
    for part_id in (again.part for again in one.asked):
        if one.parts[part_id].kind is Kind.FILE:
            yield from entries_of(one.before.get(part_id))
            given = one.given.get(part_id)
            yield from entries_of(given.value if given else None)


def _scans(one: Round, tokens: Iterable[str]) -> dict[str, Scan]:
    wanted = [*tokens]
    stored = {token: row.stored_name for token, row in _rows(one, wanted).items()}
    stored |= {
        row.token: row.stored_name
        for row in evidence_rows([one.seen.bid.id])
        if row.token in wanted
    }
    scans = scans_of(stored.values())
    return {token: scans[name] for token, name in stored.items() if name in scans}


def _rows(one: Round, tokens: Iterable[str]) -> dict[str, ReassessmentFile]:
    """Return those of the files that were sent in a round of the contract, by token."""
    rows = db.session.scalars(
        select(ReassessmentFile)
        .join(Reassessment, Reassessment.id == ReassessmentFile.reassessment_id)
        .where(
            ReassessmentFile.token.in_(list(tokens)),
            Reassessment.contract_id == one.seen.contract.id,
        )
    )
    return {row.token: row for row in rows}


def _open(row: ReassessmentFile, key: bytes) -> ChunkReader:
    return stored_files.open_stored(
        row.stored_name,
        key=bid_seals.unwrapped_file_key(row.token, row.wrapped_key, key),
        context=bid_seals.file_context(row.token),
    )
