"""The same job by ours, by the bare limit and by libraries, each in a process of its own.

The peers have an environment of their own (requirements/peers.txt), so nothing here imports more
than it needs: `python -m benchmarks.beside MODULE WAY TURNS ARGUMENTS…` prints what it took.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / ".venv-peers/bin/python"
ROUNDS = 3


def beside(
    module: str, ways: dict[str, bool], *given: object, turns: int = 5, rounds: int = ROUNDS
) -> dict[str, dict[str, float]]:
    """Run each way in turn, some rounds long; return by way the middle of what each round took.

    ``ways``: name → whether it is a peer, which runs in the environment of the peers.
    """
    found: dict[str, list[dict[str, float]]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, is_peer in ways.items():
            program = str(PEERS) if is_peer else sys.executable
            command = [program, "-m", "benchmarks.beside", module, name, str(turns)]
            run = subprocess.run(
                [*command, *map(str, given)], cwd=ROOT, stdout=subprocess.PIPE, check=True
            )
            found[name].append(json.loads(run.stdout.splitlines()[-1]))
    return {
        name: {key: statistics.median(one[key] for one in each) for key in each[0]}
        for name, each in found.items()
    }
