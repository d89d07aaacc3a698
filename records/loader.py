"""Read answer files and tender files from disk: all of them, with a line for every mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from question_bank.rules.answer_file import mistakes_and_answers
from records.rules.assessment import SupplierAnswers
from records.rules.json_text import LARGEST_FILE, NotReadable, one_line, read_json
from records.rules.tender_file import TenderFile, mistakes_and_tender
from tenders.rules.questionnaire import Questionnaire

Found = TypeVar("Found")

DEMONSTRATION = Path(__file__).parent / "content" / "demonstration"


def read_answer_files(
    paths: Iterable[Path], questionnaire: Questionnaire
) -> tuple[list[str], list[SupplierAnswers]]:
    """Return a line for each mistake in any of the files, and the suppliers without any."""
    lines: list[str] = []
    suppliers: list[SupplierAnswers] = []
    first_of: dict[str, str] = {}
    for path in paths:
        mistakes, supplier = _read(path, partial(_supplier, path.name, questionnaire))
        if supplier is not None and not mistakes:
            name = " ".join(supplier.name.casefold().split())
            if name in first_of:
                mistakes = [f"supplier.name: {first_of[name]} is by the same supplier"]
            first_of.setdefault(name, path.name)
            suppliers.append(supplier)
        lines.extend(one_line(f"{path.name}: {mistake}") for mistake in mistakes)
    return lines, suppliers


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


def _read(
    path: Path, interpret: Callable[[Any], tuple[list[str], Found]]
) -> tuple[list[str], Found | None]:
    try:
        return interpret(read_json(_bytes(path)))
    except NotReadable as error:
        return [str(error)], None
    except OSError as error:
        return [f"cannot be read: {error.strerror or error}"], None


def _bytes(path: Path) -> bytes:
    """Return the file's bytes, of a huge file no more than it takes to know that it is one."""
    with path.open("rb") as file:
        return file.read(LARGEST_FILE + 1)
