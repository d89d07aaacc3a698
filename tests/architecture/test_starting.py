"""What few pages need is not loaded at the start, and rubbish is looked for once all is loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LATER = ("alembic", "docx", "docxtpl", "holidays", "icalendar", "ocdsmerge", "psycopg", "requests")
SAYS = "import gc, sys, app; print(gc.isenabled(), *sorted(sys.modules.keys() & set(sys.argv)))"


@pytest.mark.slow
def test_a_start_leaves_what_few_pages_need_for_later():
    run = subprocess.run(
        [sys.executable, "-c", SAYS, *LATER], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert run.stdout.split() == ["True"]
