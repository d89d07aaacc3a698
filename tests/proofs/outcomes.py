"""What became of each test of a piece, told by pytest itself (``-p tests.proofs.outcomes``)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests import proving

# Where each outcome goes as a line of JSON, for whoever wants to know why a test failed.
FILE = "PROOF_OUTCOMES"
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
BY_ASSERTION = (AssertionError, pytest.fail.Exception)

counted = {"passed": 0, "failed": 0, "skipped": 0}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if _is_told(report):
        _note(item.nodeid, call, report.outcome)
    return report


def pytest_runtest_logreport(report):
    # Where several processes run the tests, the one that gave them out hears of each again.
    if _is_told(report) and not IS_WORKER:
        counted[report.outcome] += 1


def _is_told(report):
    return report.when == "call" or report.outcome != "passed"


def is_assertion(error):
    """Return whether a test found what it looks for: by one assertion, or by several at once."""
    if isinstance(error, BaseExceptionGroup):
        return all(map(is_assertion, error.exceptions))
    return isinstance(error, BY_ASSERTION)


def _note(test, call, outcome):
    if path := os.environ.get(FILE):
        error = call.excinfo.value if call.excinfo else None
        line = {
            "test": test,
            "outcome": outcome,
            "when": call.when,
            "by_assertion": is_assertion(error),
            "error": type(error).__name__ if error else "",
        }
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def pytest_sessionfinish(session, exitstatus):
    if IS_WORKER:
        return
    # A proof that was skipped proves nothing.
    if counted["skipped"] or not counted["passed"]:
        session.exitstatus = exitstatus or pytest.ExitCode.NO_TESTS_COLLECTED
    proving.tell(tests=counted["passed"])
