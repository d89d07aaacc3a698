"""Assess very many bids in one run: `python -m benchmarks.assess_many [bids …]`.

Two kinds of bids are written as JSON Lines, which is not counted. *Written* bids are those of the
demonstration, in turn: a good one, a middling one and a weak one, as suppliers write them. *Drawn*
bids are filled by chance, so nearly all that can be wrong with an answer is wrong somewhere in each
and they lead to twice as many flags and risks: the hard case.

Then `flask assess --no-documents` is run on them as a user runs it, from the start of the process
to the last byte written. Printed are its processor time, and the most memory it had: that must be
the same for many bids as for few. Before it, the rules alone are measured on drawn bids, in a
process of their own: flags, levels, requirements, scores, risks with their causes in words; nothing
read and nothing written.

The processor time of one core that others use too is longer than that of an idle one, so what a
plain loop takes just before and after is printed beside it.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from question_bank.loader import shipped_bank, shipped_packs
from question_bank.rules.answer_file import FORMAT
from records.assessing_many import OBJECTS
from records.loader import DEMONSTRATION
from records.rules.assessment import SupplierAnswers, evaluated
from records.rules.tender_file import FORMAT as TENDER_FORMAT
from records.rules.tender_file import TenderFile
from tenders.rules.questionnaire import Questionnaire, choose
from tests.bids_drawn import FACTS, drawn_bids

ROOT = Path(__file__).resolve().parents[1]
GOAL = 200
FEW_AND_MANY = (500, 5000)
TURNS = 1_000_000
MODULE = "benchmarks.assess_many"
PACK = "slp-full"
TENDER = {
    "format": TENDER_FORMAT, "pack": PACK, "reference": "T-1", "title": "Many", "facts": FACTS,
}  # fmt: skip


def questionnaire_asked() -> Questionnaire:
    return choose(shipped_bank(), shipped_packs()[PACK])


def rules_alone(many: int) -> str:
    questionnaire = questionnaire_asked()
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
        f"rules alone, {many:,} bids: {spent:.1f} s of processor time, {many / spent:,.0f} bids a "
        f"second, at most {memory:.0f} MB; {risks:,} risks with {causes:,} causes"
    )


def written_bids(many: int) -> Iterator[dict[str, Any]]:
    """Yield the answers of the demonstration's bids, in turn."""
    paths = sorted(DEMONSTRATION.glob("*-*.json"))
    bids = [json.loads(path.read_text(encoding="utf-8"))["answers"] for path in paths]
    return islice(cycle(bids), many)


def write_bids(path: Path, bids: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number, answers in enumerate(bids):
            supplier = {"name": f"Bidder {number}", "company_number": f"{number:08}"}
            bid = {"format": FORMAT, "pack": PACK, "supplier": supplier, "answers": answers}
            file.write(f"{json.dumps(bid, ensure_ascii=False)}\n")


def whole_command(kind: str, many: int, folder: Path) -> str:
    bids, tender = folder / "bids.jsonl", folder / "tender.json"
    drawn = drawn_bids(questionnaire_asked(), many)
    write_bids(bids, drawn if kind == "drawn" else written_bids(many))
    tender.write_text(json.dumps(TENDER), encoding="utf-8")
    run = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", "assess", "--no-documents"]
        + ["--pack", PACK, "--answers", str(bids), "--tender", str(tender)]
        + ["--out", str(folder / "out")],
        cwd=ROOT,
        env={**os.environ, "ASSURANCE_INSTANCE_FOLDER": str(folder / "instance")},
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(status)
    if run.returncode:
        raise SystemExit(f"flask assess ended with {run.returncode}")
    spent = used.ru_utime + used.ru_stime
    size = sum(file.stat().st_size for file in (folder / "out").iterdir()) / 1e6
    return (
        f"whole command, {many:,} {kind} bids: {spent:.1f} s of processor time, "
        f"{many / spent:,.0f} bids "
        f"a second (goal {GOAL}), at most {used.ru_maxrss / 1024:.0f} MB; "
        f"{bids.stat().st_size / 1e6:.0f} MB read, {size:.0f} MB written"
    )


def plain_loop() -> float:
    """Return the processor time of a million turns, in seconds: 0.04 on an idle core."""
    begun, held = time.process_time(), {}
    for number in range(TURNS):
        held[number % 7] = number
    return time.process_time() - begun


def main() -> None:
    if len(sys.argv) == 3 and sys.argv[1] == "--rules":
        print(rules_alone(int(sys.argv[2])), flush=True)
        return
    for many in [int(bids) for bids in sys.argv[1:]] or FEW_AND_MANY:
        loops = [plain_loop()]
        subprocess.run([sys.executable, "-m", MODULE, "--rules", str(many)], check=True)
        loops.append(plain_loop())
        for kind in ("written", "drawn"):
            with tempfile.TemporaryDirectory() as folder:
                print(whole_command(kind, many, Path(folder)), flush=True)
            loops.append(plain_loop())
        in_words = ", ".join(f"{loop:.3f}" for loop in loops)
        print(f"  a loop of a million turns before, between and after: {in_words} s", flush=True)


if __name__ == "__main__":
    main()
