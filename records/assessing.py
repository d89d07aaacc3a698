"""The steps of ``flask assess``: read the files, assess, write the documents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from contract_clauses.loader import shipped_library
from question_bank.loader import shipped_bank, shipped_packs
from records.documents import documents_of
from records.loader import read_answer_files, read_tender_file
from records.outputs import WouldOverwrite, write_all
from records.rules.assessment import Assessment, CannotWrite, assess
from tenders.rules.questionnaire import choose


def assessment_from(
    pack_id: str, answer_paths: Iterable[Path], tender_path: Path | None, *, on: date
) -> tuple[list[str], Assessment | None]:
    """Return a line for each mistake in the files, or the assessment if there is none."""
    questionnaire = choose(shipped_bank(), shipped_packs()[pack_id])
    lines, suppliers = read_answer_files(answer_paths, questionnaire)
    more_lines, tender = read_tender_file(tender_path, questionnaire)
    lines += more_lines
    if lines:
        return lines, None
    return [], assess(questionnaire, shipped_library(), tender, suppliers, on=on)


def write_documents(assessment: Assessment, folder: Path, *, made_at: datetime) -> list[str]:
    """Write every document of the assessment and return their names. Raises CannotWrite."""
    files = documents_of(assessment, made_at=made_at)
    try:
        write_all(folder, files)
    except WouldOverwrite as error:
        raise CannotWrite(
            f"{folder} holds files that this command did not write, or that were changed since: "
            f"{error}. Move them away, or choose another folder"
        ) from error
    except OSError as error:
        raise CannotWrite(f"{folder}: cannot be written: {error.strerror or error}") from error
    return list(files)
