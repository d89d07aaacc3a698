"""Files stay short enough to read in one sitting."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "foundation accounts question_bank tenders supplier_portal scoring contract_clauses records"
)
FOLDERS = [ROOT / name for name in (*PACKAGES.split(), "tooling")]
PYTHON = [ROOT / "app.py", *(path for folder in FOLDERS for path in folder.rglob("*.py"))]
STYLES = list((ROOT / "frontend").glob("*.*"))
LONGEST = 300
NAMED_AFTER_NOTHING = {"utils", "util", "helpers", "misc"}


def test_no_file_is_longer_than_300_lines():
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in PYTHON + STYLES}

    # A folder that moved would leave nothing to look at.
    assert all(any(folder in path.parents for path in PYTHON) for folder in FOLDERS)
    assert STYLES
    assert {name(path): count for path, count in lines.items() if count > LONGEST} == {}


def test_no_file_is_named_after_nothing():
    assert [name(path) for path in PYTHON if path.stem in NAMED_AFTER_NOTHING] == []


def name(path):
    return str(path.relative_to(ROOT))
