"""Read answer files, workbooks and tender files from disk, with a line for every mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from question_bank.rules.answer_file import mistakes_and_answers
from records.rules.assessment import SupplierAnswers
from records.rules.json_text import LARGEST_FILE, NotReadable, one_line, read_json
from records.rules.tender_file import TenderFile, mistakes_and_tender
from supplier_portal.workbook import NotAWorkbook, Reading, read
from tenders.rules.questionnaire import Questionnaire

Found = TypeVar("Found")

WORKBOOK, JSON_LINES = ".xlsx", ".jsonl"
# What counts as an answer file in a folder.
ANSWERS = (".json", JSON_LINES, WORKBOOK)
DEMONSTRATION = Path(__file__).parent / "content" / "demonstration"


def read_answer_files(
    paths: Iterable[Path], questionnaire: Questionnaire
) -> tuple[list[str], list[SupplierAnswers]]:
    """Return a line for each mistake in any of the files, and the suppliers without any."""
    lines: list[str] = []
    suppliers: list[SupplierAnswers] = []
    for mistakes, supplier in read_one_by_one(paths, questionnaire):
        lines += mistakes
        suppliers += [supplier] if supplier is not None else []
    return lines, suppliers


def read_one_by_one(
    paths: Iterable[Path], questionnaire: Questionnaire
) -> Iterator[tuple[list[str], SupplierAnswers | None]]:
    """Yield for each bid a line for each mistake in it, and the supplier if there is none.

    A folder stands for the answer files and workbooks in it, by name; a file of JSON Lines for one
    answer file in each line. Nothing but names is kept of a bid once the next is asked for.
    """
    first_of: dict[str, str] = {}
    for source, (mistakes, supplier) in _each(paths, questionnaire):
        if supplier is not None and not mistakes:
            name = " ".join(supplier.name.casefold().split())
            if name in first_of:
                mistakes = [f"supplier.name: {first_of[name]} is by the same supplier"]
            first_of.setdefault(name, source)
        lines = [one_line(f"{source}: {mistake}") for mistake in mistakes]
        yield lines, None if lines else supplier


def _each(
    paths: Iterable[Path], questionnaire: Questionnaire
) -> Iterator[tuple[str, tuple[list[str], SupplierAnswers | None]]]:
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix.lower() in ANSWERS)
            yield from _each(inside, questionnaire)
            if not inside:
                yield path.name, (["holds no answer files"], None)
        elif path.suffix.lower() == JSON_LINES:
            yield from _each_line(path, questionnaire)
        else:
            yield path.name, _answers_in(path, questionnaire)


def _each_line(
    path: Path, questionnaire: Questionnaire
) -> Iterator[tuple[str, tuple[list[str], SupplierAnswers | None]]]:
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(LARGEST_FILE + 1):
                number += 1
                source = f"{path.name}, line {number}"
                if line.strip():
                    yield source, _interpreted(line, partial(_supplier, source, questionnaire))
                if len(line) > LARGEST_FILE:  # what follows would be the rest of the same line
                    return
    except OSError as error:
        yield path.name, ([f"cannot be read: {error.strerror or error}"], None)


def _interpreted(
    data: bytes, interpret: Callable[[Any], tuple[list[str], Found]]
) -> tuple[list[str], Found | None]:
    try:
        return interpret(read_json(data))
    except NotReadable as error:
        return [str(error)], None


def read_tender_file(
    path: Path | None, questionnaire: Questionnaire
) -> tuple[list[str], TenderFile]:
    """Return a line for each mistake, and the tender; a blank one where there is no file."""
    if path is None:
        return [], TenderFile()
    mistakes, tender = _read(
        path,
        lambda content: mistakes_and_tender(
            content, questionnaire.fact_specs, pack=questionnaire.pack_id
        ),
    )
    return [one_line(f"{path.name}: {mistake}") for mistake in mistakes], tender or TenderFile()


def _supplier(
    source: str, questionnaire: Questionnaire, content: Any
) -> tuple[list[str], SupplierAnswers]:
    mistakes, found = mistakes_and_answers(
        content,
        questionnaire.parts,
        pack=questionnaire.pack_id,
        bank_version=questionnaire.bank.version,
    )
    return mistakes, SupplierAnswers(
        name=str(found.supplier.get("name", "")).strip(),
        answers=found.answers,
        company_number=str(found.supplier.get("company_number", "")),
        address=str(found.supplier.get("address", "")),
        source=source,
    )


def _answers_in(
    path: Path, questionnaire: Questionnaire
) -> tuple[list[str], SupplierAnswers | None]:
    """Return what a file says: a workbook by its ending, JSON otherwise."""
    if path.suffix.lower() != WORKBOOK:
        return _read(path, partial(_supplier, path.name, questionnaire))
    try:
        with path.open("rb") as stream:
            reading = read(stream, questionnaire)
    except NotAWorkbook as error:
        return [str(error)], None
    except OSError as error:
        return [f"cannot be read: {error.strerror or error}"], None
    return list(_workbook_mistakes(reading, questionnaire)), SupplierAnswers(
        name=reading.supplier["name"],
        answers=_complete_answers(reading),
        company_number=reading.supplier["company_number"],
        address=reading.supplier["address"],
        source=path.name,
    )


def _workbook_mistakes(reading: Reading, questionnaire: Questionnaire) -> Iterator[str]:
    bank_version = questionnaire.bank.version
    if reading.pack != questionnaire.pack_id:
        yield f"Read me: this workbook asks “{reading.pack}”, not “{questionnaire.pack_id}”"
        return
    if reading.bank_version != bank_version:
        yield (
            f"Read me: these answers are for version {reading.bank_version} of the questions, and "
            f"version {bank_version} is being assessed"
        )
    if not reading.supplier["name"]:
        yield "Read me: give the supplier’s legal name"
    for part_id in sorted(reading.held_back):
        yield f"{part_id}: the answer is longer than a cell can hold; write it in an answer file"
    yield from map(str, reading.problems)
    # An answer file takes complete rows alone, and so does a workbook that is assessed.
    yield from map(str, reading.unfinished)


def _complete_answers(reading: Reading) -> dict[str, Any]:
    unfinished = {note.part_id for note in reading.unfinished}
    return {
        part_id: value
        for part_id, value in reading.changes.items()
        if value is not None and part_id not in unfinished
    }


def _read(
    path: Path, interpret: Callable[[Any], tuple[list[str], Found]]
) -> tuple[list[str], Found | None]:
    try:
        return _interpreted(_bytes(path), interpret)
    except OSError as error:
        return [f"cannot be read: {error.strerror or error}"], None


def _bytes(path: Path) -> bytes:
    """Return the file's bytes, of a huge file no more than it takes to know that it is one."""
    with path.open("rb") as file:
        return file.read(LARGEST_FILE + 1)
