"""No page takes alone what two people do: the inner steps are called on their approved way only."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
STATIONS = (
    "accounts",
    "question_bank",
    "tenders",
    "supplier_portal",
    "scoring",
    "contract_clauses",
    "records",
)
# What one person could do if a page called it, and who may call it.
INNER_STEPS = {
    "publish_tender": {"tenders/service/publishing_by_two.py"},
    "publish_amendment": {"tenders/service/amending_by_two.py"},
}


def calls(path):
    """The names of everything a file calls, whether as a function or as a method."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func
            yield called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def callers():
    found = {step: set() for step in INNER_STEPS}
    for station in STATIONS:
        for path in (ROOT / station).rglob("*.py"):
            for name in set(calls(path)) & set(INNER_STEPS):
                found[name].add(path.relative_to(ROOT).as_posix())
    return found


def test_inner_steps_are_called_on_their_approved_way_only():
    assert callers() == INNER_STEPS
