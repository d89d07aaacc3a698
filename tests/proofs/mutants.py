"""Small faults made by rule in a module: each mutant changes one place of its syntax tree.

Changed are comparisons, and and or, not, numbers and booleans, arithmetic, what is returned, and
statements that do something. Words are left alone: tests of pages are about them. So are columns
of tables, which migrations make.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
RECKONED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
NOT_LOOKED_INTO = ("annotation", "returns", "type_comment")
# A change: it takes the node of a tree and changes it in place, or returns another for it.
Change = Callable[[ast.AST], ast.AST]


@dataclass(frozen=True)
class Mutant:
    """One change. ``name`` is the same as long as the place is; ``at`` counts the nodes."""

    name: str
    function: str
    line: int
    at: int
    change: Change


def mutants_of(source: str) -> list[Mutant]:
    """Return every mutant of a module, in the order of its text."""
    found, seen = [], Counter[str]()
    for at, node, function in _places(ast.parse(source)):
        for change in _changes(node):
            words = _words(node, change)
            if words is None:
                continue
            name = f"{function or 'module'}: {words}"
            seen[name] += 1
            number = f" ({seen[name]})" if seen[name] > 1 else ""
            found.append(Mutant(name + number, function, node.lineno, at, change))
    return found


def compiled(path: Path, mutant: Mutant):
    """Return the module's code with the mutant in it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    [place] = [node for at, node, _ in _places(tree) if at == mutant.at]
    _Replacing(place, mutant.change).visit(tree)
    return compile(ast.fix_missing_locations(tree), str(path), "exec")


class _Replacing(ast.NodeTransformer):
    def __init__(self, place: ast.AST, change: Change) -> None:
        self._place, self._change = place, change

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self._place:
            return ast.copy_location(self._change(node), node)
        return self.generic_visit(node)


def _places(tree: ast.Module) -> Iterator[tuple[int, ast.AST, str]]:
    """Yield every node that may change, its number, and the function it stands in."""
    counted = iter(range(1 << 30))
    yield from _within(tree, "", counted)


def _within(node: ast.AST, function: str, counted: Iterator[int]) -> Iterator:
    if _is_left_alone(node):
        return
    if isinstance(node, (ast.expr, ast.stmt)):
        yield next(counted), node, function
    for child, name in _children(node, function):
        yield from _within(child, name, counted)


def _children(node: ast.AST, function: str) -> Iterator[tuple[ast.AST, str]]:
    """Yield what stands in a node, and in which function or class."""
    named = isinstance(node, (*FUNCTIONS, ast.ClassDef))
    inside = f"{function}.{node.name}".lstrip(".") if named else function
    for name, value in ast.iter_fields(node):
        if name not in NOT_LOOKED_INTO:
            # What is worked out when a function is made belongs to whoever makes it.
            where = function if name in ("decorator_list", "args") else inside
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not _is_of_a_class(node, name):
                    yield child, where


def _is_of_a_class(node: ast.AST, name: str) -> bool:
    """Return whether this says how a class is made (frozen, slots): no test could see it."""
    return isinstance(node, ast.ClassDef) and name == "decorator_list"


def _is_left_alone(node: ast.AST) -> bool:
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.JoinedStr)):
        return True
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return True
    # What a zip checks of our own work.
    if isinstance(node, ast.keyword) and node.arg == "strict":
        return True
    # A column of a table.
    return isinstance(node, ast.AnnAssign) and "Mapped[" in ast.unparse(node.annotation)


def _changes(node: ast.AST) -> Iterator[Change]:
    for is_such, change in CHANGES:
        if is_such(node):
            yield change
            return


def _does_something(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, (ast.Constant, ast.Yield, ast.YieldFrom))
    if isinstance(node, ast.Assign):
        return all(isinstance(target, (ast.Attribute, ast.Subscript)) for target in node.targets)
    return isinstance(node, (ast.AugAssign, ast.Raise, ast.Delete, ast.Continue, ast.Break))


def _is_nothing(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _compared(node):
    node.ops[0] = COMPARED[type(node.ops[0])]()
    return node


def _and_for_or(node):
    node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    return node


def _without_not(node):
    return node.operand


def _another_constant(node):
    node.value = not node.value if isinstance(node.value, bool) else node.value + 1
    return node


def _reckoned(node):
    node.op = RECKONED[type(node.op)]()
    return node


def _the_other_way(node):
    node.test = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
    return node


def _nothing_returned(node):
    node.value = ast.Constant(None)
    return node


def _left_out(_node):
    return ast.Pass()


CHANGES: tuple[tuple[Callable[[ast.AST], bool], Change], ...] = (
    (lambda node: isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARED, _compared),
    (lambda node: isinstance(node, ast.BoolOp), _and_for_or),
    (lambda node: isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not), _without_not),
    (
        lambda node: isinstance(node, ast.Constant) and isinstance(node.value, (bool, int)),
        _another_constant,
    ),
    (lambda node: isinstance(node, ast.BinOp) and type(node.op) in RECKONED, _reckoned),
    (
        lambda node: (
            isinstance(node, (ast.If, ast.IfExp))
            and isinstance(node.test, (ast.Name, ast.Attribute, ast.Call))
        ),
        _the_other_way,
    ),
    (lambda node: isinstance(node, ast.Return) and not _is_nothing(node.value), _nothing_returned),
    (_does_something, _left_out),
)


def _words(node: ast.AST, change: Change) -> str | None:
    """Return what stood there and what stands there now; None where it reads the same."""
    before = _head(node)
    copy = ast.parse(ast.unparse(node)).body[0]
    if isinstance(node, ast.expr):
        copy = copy.value
    after = _head(ast.fix_missing_locations(change(copy)))
    return None if after == before else f"{before} → {after}"


def _head(node: ast.AST) -> str:
    """Return a node in words, of a compound statement its first line."""
    return ast.unparse(node).partition("\n")[0].strip()[:160]
