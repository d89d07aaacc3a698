"""Write very many contract schedules: `python -m benchmarks.schedules [schedules …]`.

Bids are drawn by chance, each forgotten before the next; each is assessed, its schedule drawn up,
written as Word and put into one archive, as `flask assess --zip` does. Prints the processor time
without drawing the bids, and the most memory the process had: it must be the same for many as for
few. Each number is a process of its own.

The processor time of one core that others use too is longer than that of an idle one, so what a
plain loop takes is printed beside it.
"""

from __future__ import annotations

import gc
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

from benchmarks.assess_many import plain_loop
from contract_clauses.loader import shipped_library
from question_bank.loader import shipped_bank, shipped_packs
from records.assessing_many import OBJECTS
from records.rules.assessment import SupplierAnswers, evaluated
from records.rules.tender_file import TenderFile
from records.schedules_headless import SCHEDULES, ScheduleArchive
from tenders.rules.questionnaire import choose
from tests.bids_drawn import FACTS, drawn_bids

FEW_AND_MANY = ("100", "1000")
DAY = date(2026, 12, 1)
MODULE = "benchmarks.schedules"


def measure(many: int, folder: Path) -> str:
    questionnaire = choose(shipped_bank(), shipped_packs()["slp-full"])
    tender = replace(TenderFile(), facts=FACTS)
    path = folder / SCHEDULES
    archive = ScheduleArchive(path, questionnaire, shipped_library(), tender, DAY)
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS)
    spent = 0.0
    for number, answers in enumerate(drawn_bids(questionnaire, many)):
        supplier = SupplierAnswers(f"Bidder {number}", answers)
        begun = time.process_time()
        found, _marks = evaluated(questionnaire, tender, supplier)
        archive.add(supplier, found)
        spent += time.process_time() - begun
    archive.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"write {many:,} schedules: {spent:.1f} s of processor time, {many / spent:.1f} a second, "
        f"at most {memory:.0f} MB; an archive of {path.stat().st_size / 2**20:.0f} MB"
    )


def main() -> None:
    if len(sys.argv) == 3 and sys.argv[1] == "--here":
        with tempfile.TemporaryDirectory() as folder:
            print(measure(int(sys.argv[2]), Path(folder)), flush=True)
        print(f"  a loop of a million turns: {plain_loop():.3f} s", flush=True)
        return
    for many in sys.argv[1:] or FEW_AND_MANY:
        subprocess.run([sys.executable, "-m", MODULE, "--here", many], check=True)


if __name__ == "__main__":
    main()
