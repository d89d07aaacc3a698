"""Files stay short enough to read in one sitting."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "foundation accounts question_bank tenders supplier_portal scoring contract_clauses records"
)
FOLDERS = [ROOT / name for name in (*PACKAGES.split(), "tooling")]
PYTHON = [ROOT / "app.py", *(path for folder in FOLDERS for path in folder.rglob("*.py"))]
STYLES = list((ROOT / "frontend").glob("*.*"))


@pytest.mark.parametrize("path", PYTHON + STYLES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_longer_than_300_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_named_after_nothing(path):
    assert path.stem not in {"utils", "util", "helpers", "misc"}
