"""One hash of everything that many drawn bids propose: `python -m tests.proposals_hashed PACK N`.

Each bid is assessed without marks, and with its suggested levels as marks.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from question_bank.loader import shipped_bank, shipped_packs
from scoring.rules.evaluation import examine, level_marks, with_marks
from tenders.rules.questionnaire import choose
from tests.bids_drawn import FACTS, drawn_bids


def hash_of_proposals(pack: str, many: int) -> str:
    questionnaire = choose(shipped_bank(), shipped_packs()[pack])
    digest = hashlib.sha256()
    for answers in drawn_bids(questionnaire, many):
        examined = examine(questionnaire, answers, FACTS)
        for marks in ({}, level_marks(questionnaire, examined.levels)):
            # Every field of every risk and cause, in order.
            digest.update(repr(with_marks(questionnaire, examined, marks).risks).encode())
    return digest.hexdigest()


def in_another_process(pack: str, many: int, hash_seed: str) -> str:
    """The same, where sets and dictionaries of texts are put in another order."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.proposals_hashed", pack, str(many)],
        cwd=Path(__file__).resolve().parents[1],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.strip()


if __name__ == "__main__":
    print(hash_of_proposals(sys.argv[1], int(sys.argv[2])))
