"""``flask assess --no-documents``: very many bids, one at a time, in the memory of one.

Scores, risks and their causes go into a workbook and into a file of JSON Lines as they come. No bid
is compared with another, so there is no rank, and no contract schedule is drawn up.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from question_bank.loader import shipped_bank, shipped_packs
from records.assessing import CannotWrite
from records.loader import read_one_by_one, read_tender_file
from records.rules.assessment import SupplierAnswers, evaluated
from records.rules.tender_file import TenderFile
from records.rules.trace import evaluation_trace
from records.streamed_workbook import StreamedWorkbook
from tenders.rules.questionnaire import Questionnaire, choose

LINES, WORKBOOK = "assessed.jsonl", "assessed.xlsx"
FORMAT = "supplier-assurance-assessed/1"
MOST_MISTAKES = 100
OBJECTS = 20_000


def assess_many(
    pack_id: str, paths: Iterable[Path], tender_path: Path | None, folder: Path
) -> tuple[list[str], int, list[str]]:
    """Return a line for each mistake, how many bids were assessed, and the files written.

    With a mistake in any bid nothing is written. Raises CannotWrite.
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
        return _written(questionnaire, tender, paths, folder)
    except OSError as error:
        raise CannotWrite(f"{folder}: cannot be written: {error.strerror or error}") from error


def _written(
    questionnaire: Questionnaire, tender: TenderFile, paths: Iterable[Path], folder: Path
) -> tuple[list[str], int, list[str]]:
    in_the_way = [name for name in (LINES, WORKBOOK) if os.path.lexists(folder / name)]
    if in_the_way:
        raise CannotWrite(
            f"{folder} holds {' and '.join(in_the_way)} already. Move what is there away, or "
            "choose another folder"
        )
    folder.mkdir(parents=True, exist_ok=True)
    waiting = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder))
    try:
        mistakes, bids = _streamed(questionnaire, tender, paths, waiting)
        if not mistakes:
            for name in (LINES, WORKBOOK):
                os.replace(waiting / name, folder / name)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
    return mistakes, bids, [] if mistakes else [LINES, WORKBOOK]


def _streamed(
    questionnaire: Questionnaire, tender: TenderFile, paths: Iterable[Path], waiting: Path
) -> tuple[list[str], int]:
    mistakes: list[str] = []
    bids = 0
    workbook = StreamedWorkbook(waiting / WORKBOOK)
    with (waiting / LINES).open("w", encoding="utf-8") as lines:
        lines.write(f"{_line(_heading(questionnaire, tender))}\n")
        for wrong, supplier in read_one_by_one(paths, questionnaire):
            mistakes += wrong
            if len(mistakes) >= MOST_MISTAKES:
                break
            if supplier is not None and not mistakes:
                found = assessed_bid(questionnaire, tender, supplier)
                lines.write(f"{_line(found)}\n")
                workbook.add(found)
                bids += 1
    workbook.close()
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
    questionnaire: Questionnaire, tender: TenderFile, supplier: SupplierAnswers
) -> dict[str, Any]:
    """Return everything the rules say about one bid, as plain values."""
    evaluation, _marks = evaluated(questionnaire, tender, supplier)
    return {
        "name": supplier.name,
        "company_number": supplier.company_number,
        "answer_file": supplier.source,
        **evaluation_trace(evaluation, questionnaire),
    }


def _line(plain: object) -> str:
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
