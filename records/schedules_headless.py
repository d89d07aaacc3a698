"""Contract schedules of very many answer files, written one by one into one archive.

Nothing of a bid is kept but its line in the register. Times inside are fixed, so the same files on
the same day give the same bytes.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from contract_clauses.rules.library import Library
from contract_clauses.word import schedule_document
from foundation.canonical import sha256_hex
from records.pack.zipping import FIXED_TIME
from records.rules.assessment import SupplierAnswers, schedule_for, slugs_for
from records.rules.schedule_register import DRAFT, Registered, register_csv
from records.rules.tender_file import TenderFile
from scoring.rules.results import BidEvaluation
from tenders.rules.questionnaire import Questionnaire

SCHEDULES, REGISTER = "schedules.zip", "register.csv"


class ScheduleArchive:
    """An archive on disk that schedules are added to until it is closed."""

    def __init__(
        self,
        path: Path,
        questionnaire: Questionnaire,
        library: Library,
        tender: TenderFile,
        on: date,
    ) -> None:
        self._archive = ZipFile(path, "w")
        self._questionnaire, self._library = questionnaire, library
        self._tender, self._on = tender, on
        self._taken: dict[str, int] = {}
        self._registered: list[Registered] = []

    def add(self, supplier: SupplierAnswers, evaluation: BidEvaluation) -> None:
        schedule = schedule_for(
            self._questionnaire, self._library, self._tender, supplier, evaluation, self._on
        )
        document, name = schedule_document(schedule), self._name(supplier.name)
        self._archive.writestr(_entry(name, ZIP_STORED), document)
        self._registered.append(
            Registered(
                bid=supplier.source,
                supplier=supplier.name,
                version=DRAFT,
                file=name,
                sha256=sha256_hex(document),
                brackets=len(schedule.brackets),
                deviations=len(schedule.deviations),
            )
        )

    def close(self) -> None:
        self._archive.writestr(_entry(REGISTER, ZIP_DEFLATED), register_csv(self._registered))
        self._archive.close()

    def _name(self, supplier: str) -> str:
        """Return a file name that no other supplier has."""
        (plain,) = slugs_for([supplier])
        name = plain
        while name in self._taken:
            self._taken[plain] += 1
            name = f"{plain}-{self._taken[plain]}"
        self._taken[name] = 1
        return f"{name}.docx"


def _entry(name: str, packed: int) -> ZipInfo:
    entry = ZipInfo(name, FIXED_TIME)
    entry.compress_type = packed
    entry.external_attr = 0o644 << 16
    return entry
