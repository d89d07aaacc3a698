"""``flask assess --no-documents``: very many bids, one at a time, in the memory of one.

Scores, risks and their causes go into a workbook and into a file of JSON Lines as they come, with
``--zip`` contract schedules into an archive. No bid is compared with another, so there is no rank.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson

from contract_clauses.loader import shipped_library
from question_bank.loader import shipped_bank, shipped_packs
from records.loader import read_one_by_one, read_tender_file
from records.rules.assessment import CannotWrite, SupplierAnswers, evaluated
from records.rules.tender_file import TenderFile
from records.rules.trace import evaluation_trace
from records.schedules_headless import SCHEDULES, ScheduleArchive
from records.streamed_workbook import StreamedWorkbook
from scoring.rules.results import BidEvaluation
from tenders.rules.questionnaire import Questionnaire, choose

LINES, WORKBOOK = "assessed.jsonl", "assessed.xlsx"
FORMAT = "supplier-assurance-assessed/1"
MOST_MISTAKES = 100
OBJECTS = 20_000


def assess_many(
    pack_id: str,
    paths: Iterable[Path],
    tender_path: Path | None,
    folder: Path,
    *,
    made_at: datetime,
    schedules_on: date | None = None,
) -> tuple[list[str], int, list[str]]:
    """Return a line for each mistake, how many bids were assessed, and the files written.

    ``schedules_on``: the day contract schedules are drawn up on; without it none is. With a mistake
    in any bid nothing is written. Raises CannotWrite.
    """
    questionnaire = choose(shipped_bank(), shipped_packs()[pack_id])
    mistakes, tender = read_tender_file(tender_path, questionnaire)
    if mistakes:
        return mistakes, 0, []
    # The bank stays until the end, and a bid is gone with its last name: looking for more to clear
    # away after every few hundred objects finds nothing.
    gc.freeze()
    gc.set_threshold(OBJECTS)
    try:
        return _written(questionnaire, tender, paths, folder, made_at, schedules_on)
    except OSError as error:
        raise CannotWrite(f"{folder}: cannot be written: {error.strerror or error}") from error


def _written(
    questionnaire: Questionnaire,
    tender: TenderFile,
    paths: Iterable[Path],
    folder: Path,
    made_at: datetime,
    schedules_on: date | None,
) -> tuple[list[str], int, list[str]]:
    names = [LINES, WORKBOOK, *([SCHEDULES] if schedules_on else [])]
    in_the_way = [name for name in names if os.path.lexists(folder / name)]
    if in_the_way:
        raise CannotWrite(
            f"{folder} holds {' and '.join(in_the_way)} already. Move what is there away, or "
            "choose another folder"
        )
    folder.mkdir(parents=True, exist_ok=True)
    waiting = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder))
    try:
        archive = None
        if schedules_on is not None:
            library = shipped_library()
            archive = ScheduleArchive(
                waiting / SCHEDULES, questionnaire, library, tender, schedules_on
            )
        mistakes, bids = _streamed(questionnaire, tender, paths, waiting, made_at, archive)
        if archive is not None:
            archive.close()
        if not mistakes:
            for name in names:
                os.replace(waiting / name, folder / name)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
    return mistakes, bids, [] if mistakes else names


def _streamed(
    questionnaire: Questionnaire,
    tender: TenderFile,
    paths: Iterable[Path],
    waiting: Path,
    made_at: datetime,
    archive: ScheduleArchive | None,
) -> tuple[list[str], int]:
    mistakes: list[str] = []
    bids = 0
    with (
        closing(StreamedWorkbook(waiting / WORKBOOK)) as workbook,
        (waiting / LINES).open("wb") as lines,
    ):
        lines.write(_line(_heading(questionnaire, tender)))
        for wrong, supplier in read_one_by_one(paths, questionnaire):
            mistakes += wrong
            if len(mistakes) >= MOST_MISTAKES:
                break
            if supplier is not None and not mistakes:
                evaluation, _marks = evaluated(questionnaire, tender, supplier)
                found = assessed_bid(questionnaire, supplier, evaluation)
                lines.write(_line(found))
                workbook.add(found)
                if archive is not None:
                    archive.add(supplier, evaluation)
                bids += 1
        if not mistakes:
            workbook.save(made_at)
    return mistakes, bids


def _heading(questionnaire: Questionnaire, tender: TenderFile) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "pack": questionnaire.pack_id,
        "bank_version": questionnaire.bank.version,
        "tender": {"reference": tender.reference, "title": tender.title},
        "facts": dict(tender.facts),
    }


def assessed_bid(
    questionnaire: Questionnaire, supplier: SupplierAnswers, evaluation: BidEvaluation
) -> dict[str, Any]:
    """Return everything the rules say about one bid, as plain values."""
    return {
        "name": supplier.name,
        "company_number": supplier.company_number,
        "answer_file": supplier.source,
        **evaluation_trace(evaluation, questionnaire),
    }


def _line(plain: object) -> bytes:
    """Return plain values as a line of JSON, to the byte as the standard library writes them."""
    return orjson.dumps(plain, option=orjson.OPT_APPEND_NEWLINE)
