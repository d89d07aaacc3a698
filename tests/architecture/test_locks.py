"""The locks say what is installed, to the byte, and not where from."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON_LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
NPM_LOCK = ROOT / "package-lock.json"
LOCKS = [*PYTHON_LOCKS, NPM_LOCK, ROOT / ".npmrc"]

ADDRESS = re.compile(r"[a-z]+://|file:/|--(?:extra-)?index-url|--find-links|--trusted-host|/opt/")


def lines_of(path):
    return path.read_text(encoding="utf-8").splitlines()


def pinned(path):
    """Return {package: version} as the Python lock ``path`` pins them."""
    pins = (re.match(r"([a-z0-9-]+)==([^ ;\\]+)", line) for line in lines_of(path))
    return {pin[1]: pin[2] for pin in pins if pin}


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_a_lock_holds_no_address(path):
    assert [line for line in lines_of(path) if ADDRESS.search(line)] == []


@pytest.mark.parametrize("path", PYTHON_LOCKS, ids=lambda path: path.name)
def test_every_python_package_is_pinned_with_a_hash(path):
    text = path.read_text(encoding="utf-8")
    entries = re.split(r"^(?=[a-z0-9-]+(?:\[[a-z,]+\])?[=@])", text, flags=re.MULTILINE)

    without = [entry.split("\n")[0] for entry in entries[1:] if "--hash=sha256:" not in entry]

    assert without == []


def test_the_tests_run_on_the_versions_the_service_runs_on():
    service, tests = pinned(ROOT / "requirements/base.txt"), pinned(ROOT / "requirements/dev.txt")

    assert {name: tests.get(name) for name in service} == service


def test_every_npm_package_is_pinned_with_a_hash():
    packages = json.loads(NPM_LOCK.read_text(encoding="utf-8"))["packages"]

    without = [name for name, entry in packages.items() if name and "integrity" not in entry]

    assert without == []


def test_the_style_sheet_is_of_the_release_our_markup_was_written_for():
    npm = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]

    assert npm["govuk-frontend"] == "6.3.0"
