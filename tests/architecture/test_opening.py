"""No page opens bids but by way of two officers."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = [
    "foundation",
    "accounts",
    "question_bank",
    "tenders",
    "supplier_portal",
    "scoring",
    "contract_clauses",
    "records",
]
INNER_STEP = {"scoring/service/opening.py"}
MOVES_TO_OPENED = {"tenders/service/stages.py"}


def calls_of(name):
    """Return the files of the product that call a function or method called ``name``."""
    found = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            if any(isinstance(node, ast.Call) and called(node) == name for node in ast.walk(tree)):
                found.add(str(path.relative_to(ROOT)))
    return found


def called(node):
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return getattr(node.func, "id", "")


def functions_calling(path, name):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {
        function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        and any(isinstance(node, ast.Call) and called(node) == name for node in ast.walk(function))
    }


def test_the_inner_step_of_opening_is_called_only_behind_two_officers():
    assert calls_of("open_bids") == INNER_STEP
    assert functions_calling("scoring/service/opening.py", "open_bids") == {
        "open_as_second",
        "open_bids",
    }


def test_the_second_officer_confirms_before_anything_is_opened():
    source = (ROOT / "scoring/service/opening.py").read_text(encoding="utf-8")
    function = next(
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.name == "open_as_second"
    )
    order = [called(node) for node in ast.walk(function) if isinstance(node, ast.Call)]
    wanted = ("prove_again", "confirm_opening", "open_bids")

    lines = {called(node): node.lineno for node in ast.walk(function) if isinstance(node, ast.Call)}
    assert [name for name in wanted if name in order] == list(wanted)
    assert sorted(wanted, key=lines.__getitem__) == list(wanted)


def test_only_the_step_itself_moves_a_tender_to_opened():
    writers = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                targets = node.targets if isinstance(node, ast.Assign) else []
                if any(getattr(target, "attr", "") == "opened_at" for target in targets):
                    writers.add(str(path.relative_to(ROOT)))

    assert writers == MOVES_TO_OPENED
