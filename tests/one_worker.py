"""A worker in a process of its own, to be killed.

python -m tests.one_worker FOLDER DATABASE BIDS_A_PART MOMENT
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from foundation import clock, jobs
from records import schedule_batch
from tests.conftest import build_app


def main() -> None:
    folder, database_url, size, moment = sys.argv[1:]
    schedule_batch.BIDS_A_PART = int(size)
    held = datetime.fromisoformat(moment)
    clock.now = lambda: held
    app = build_app(Path(folder), database_url)
    with app.app_context():
        jobs.run_due_jobs(app.extensions["job_handlers"])


if __name__ == "__main__":
    main()
