"""Assess very many bids in one process: `python -m benchmarks.assess_many [bids …]`.

Bids are drawn by chance, each forgotten before the next, and assessed as far as a headless run
needs: flags, levels, requirements, scores, risks with their causes in words. Prints the processor
time this takes, without drawing the bids, and the most memory the process had: it must be the same
for many bids as for few. Each number of bids is a process of its own.

The processor time of one core that others use too is longer than that of an idle one, so what a
plain loop takes is printed beside it.
"""

from __future__ import annotations

import gc
import resource
import subprocess
import sys
import time
from dataclasses import replace

from question_bank.loader import shipped_bank, shipped_packs
from records.assessing_many import OBJECTS
from records.rules.assessment import SupplierAnswers, evaluated
from records.rules.tender_file import TenderFile
from tenders.rules.questionnaire import choose
from tests.bids_drawn import FACTS, drawn_bids

GOAL = 200
FEW_AND_MANY = ("500", "5000")
TURNS = 1_000_000
MODULE = "benchmarks.assess_many"


def measure(many: int) -> str:
    questionnaire = choose(shipped_bank(), shipped_packs()["slp-full"])
    tender = replace(TenderFile(), facts=FACTS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS)
    spent, risks, causes = 0.0, 0, 0
    for number, answers in enumerate(drawn_bids(questionnaire, many)):
        supplier = SupplierAnswers(f"Bidder {number}", answers)
        begun = time.process_time()
        found, _marks = evaluated(questionnaire, tender, supplier)
        spent += time.process_time() - begun
        risks += len(found.risks)
        causes += sum(len(risk.causes) for risk in found.risks)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"assess {many:,} bids: {spent:.1f} s of processor time, {many / spent:,.0f} bids a second "
        f"(goal {GOAL}), at most {memory:.0f} MB; {risks:,} risks with {causes:,} causes"
    )


def plain_loop() -> float:
    """Return the processor time of a million turns, in seconds: 0.04 on an idle core."""
    begun, held = time.process_time(), {}
    for number in range(TURNS):
        held[number % 7] = number
    return time.process_time() - begun


def main() -> None:
    if len(sys.argv) == 3 and sys.argv[1] == "--here":
        print(measure(int(sys.argv[2])), flush=True)
        print(f"  a loop of a million turns: {plain_loop():.3f} s", flush=True)
        return
    for many in sys.argv[1:] or FEW_AND_MANY:
        subprocess.run([sys.executable, "-m", MODULE, "--here", many], check=True)


if __name__ == "__main__":
    main()
