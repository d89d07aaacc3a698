"""What a start costs: `python -m benchmarks.starting [times]`.

A process of its own imports and builds the application, as the service, each command and each
worker of the tests do first; then it makes a page ready, as the service does before it takes a
request, and is asked for that page twice, on a database of its own.
Printed is the try that took least, of processor time, with what a plain loop takes beside it: on a
core that others use too, everything takes longer. The first try also writes the bytecode that later
starts read; where nothing can be written (`PYTHONDONTWRITEBYTECODE`, a folder of somebody else's)
every start is as slow as that one.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.assess_many import ROOT, plain_loop

GOAL = 1.5
TIMES = 5
PAGE = "/sign-in"


def one_start(folder: Path) -> dict[str, float]:
    """Return seconds of processor time, megabytes and modules of a start in this process."""
    begun = time.process_time()
    from benchmarks.pages import application

    imported = time.process_time()
    app = application(folder)
    made = time.process_time()
    at_rest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    from flask_migrate import upgrade

    from foundation.serve import warm

    with app.app_context():
        upgrade()
    warmed = time.process_time()
    warm(app)  # as the service does once its port is open, before it takes a request
    warmed = time.process_time() - warmed
    client, asked = app.test_client(), []
    for _ in range(2):
        before = time.process_time()
        if client.get(PAGE).status_code != 200:
            raise SystemExit(f"{PAGE} was not shown")
        asked.append(time.process_time() - before)
    return {
        "imported": imported - begun,
        "made": made - imported,
        "memory": at_rest,
        "modules": len(sys.modules),
        "warmed": warmed,
        "first": asked[0],
        "second": asked[1],
        "loop": plain_loop(),
    }


def main() -> None:
    if sys.argv[1:2] == ["--once"]:
        print(json.dumps(one_start(Path(sys.argv[2]))))
        return
    tries = []
    for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else TIMES):
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.run(
                [sys.executable, "-m", "benchmarks.starting", "--once", folder],
                cwd=ROOT,
                env={**os.environ, "ASSURANCE_INSTANCE_FOLDER": folder},
                stdout=subprocess.PIPE,
                check=True,
            )
        tries.append(json.loads(run.stdout.splitlines()[-1]))
    best = min(tries, key=lambda one: one["imported"] + one["made"])
    print(
        f"start: {best['imported'] + best['made']:.2f} s of processor time (goal {GOAL}), "
        f"{best['imported']:.2f} of them imports; {best['modules']:,.0f} modules, "
        f"{best['memory']:.0f} MB at rest; {PAGE}: made ready in "
        f"{best['warmed'] * 1000:.0f} ms, then first {best['first'] * 1000:.0f} ms, second "
        f"{best['second'] * 1000:.0f} ms; a loop of a million turns: {best['loop']:.3f} s"
    )


if __name__ == "__main__":
    main()
