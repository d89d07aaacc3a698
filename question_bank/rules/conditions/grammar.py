"""The shape of a condition: read from YAML or JSON, refused with a remedy when it is not one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from question_bank.rules.conditions.operands import (
    COUNTED,
    FACT,
    OPERATORS,
    ConditionError,
    advice,
    compared_with,
    is_name,
    only,
    refuse_no_count,
)

__all__ = ["Condition", "ConditionError", "columns_read", "read_condition"]

# What each node is about -> the other keys it may carry besides one operator.
SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "part": ("column",),
    "fact": (),
    "rows": (),
    "column": (),
    "mark": (),
    "coverage": (),
}
PLAIN = ("all", "any", "not", "always", "missing", "answered", "any_row", "every_row")
NODES = (*PLAIN, *SUBJECTS, "names", "flag", "risk")


@dataclass(frozen=True, slots=True)
class Condition:
    """One node: ``subject`` is what it is about, ``operator`` and ``value`` what must hold."""

    node: str
    subject: Any = None
    operator: str = ""
    value: Any = None
    column: str = ""
    children: tuple[Condition, ...] = ()
    # What ``deciding`` made of it, once it was asked.
    compiled: Any = field(default=None, init=False, repr=False, compare=False)

    def walk(self) -> Iterator[Condition]:
        yield self
        for child in self.children:
            yield from child.walk()

    def parts(self) -> frozenset[str]:
        """Return the ids of every part this condition may read."""
        return frozenset(part for node in self.walk() for part, _ in columns_read(node))

    def facts(self) -> frozenset[str]:
        """Return the ids of every tender fact this condition may read."""
        found = {node.subject for node in self.walk() if node.node == "fact"}
        for node in self.walk():
            for value in _values(node.value):
                if isinstance(value, str) and value.startswith(FACT):
                    found.add(value.removeprefix(FACT))
        return frozenset(found)


def columns_read(node: Condition) -> list[tuple[str, str]]:
    """Return the (part, column) pairs one node reads itself; column is "" for a whole part."""
    if node.node in ("part", "rows"):
        return [(node.subject, node.column)]
    if node.node in ("missing", "answered"):
        return [(part, "") for part in node.subject]
    if node.node in ("any_row", "every_row"):
        cells = [cell for child in node.children for cell in child.walk() if cell.column]
        return [(node.subject, ""), *((node.subject, cell.column) for cell in cells)]
    if node.node == "names":
        return [(item["part"], item.get("column", "")) for item in (*node.subject, *node.value)]
    if node.node == "coverage":
        return [(item["part"], item["column"]) for item in node.subject.values()]
    return []


def _values(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, list | tuple):
        yield from value
    else:
        yield value


def read_condition(entry: Any, place: str, *, in_row: bool = False) -> Condition:
    """Return the condition written in ``entry``; raise ConditionError if it is none."""
    if not isinstance(entry, Mapping) or not entry:
        raise ConditionError(f"{place}: a condition is a mapping such as {{part: …, is: …}}")
    nodes = [key for key in entry if key in NODES]
    if len(nodes) == 2 and nodes.count("column"):  # a column of the part named beside it
        nodes.remove("column")
    if len(nodes) != 1:
        raise ConditionError(f"{place}: {_not_one_node(entry, nodes)}")
    node = nodes[0]
    if in_row and node in ("missing", "answered"):
        return _read_cells(entry, node, place)
    if (node == "column") != (in_row and node not in ("all", "any", "not")):
        where = "inside" if in_row else "outside"
        raise ConditionError(f"{place}: ‘{node}’ cannot stand {where} ‘where’")
    reader = _READERS.get(node, _read_comparison)
    return reader(entry, node, place, in_row)


def _not_one_node(entry: Mapping[str, Any], nodes: list[str]) -> str:
    if nodes:
        return f"write one of {', '.join(f'‘{node}’' for node in nodes)}, not several together"
    first = str(next(iter(entry)))
    return f"‘{first}’ is not a kind of condition{advice(first, NODES)}"


def _read_group(entry: Mapping[str, Any], node: str, place: str, in_row: bool) -> Condition:
    only(entry, (node,), place)
    children = entry[node] if node != "not" else [entry[node]]
    if not isinstance(children, list) or not children:
        raise ConditionError(f"{place}: ‘{node}’ needs a list of conditions")
    return Condition(
        node,
        children=tuple(
            read_condition(child, f"{place}, {node} {number}", in_row=in_row)
            for number, child in enumerate(children, start=1)
        ),
    )


def _read_always(entry: Mapping[str, Any], node: str, place: str, _in_row: bool) -> Condition:
    only(entry, (node,), place)
    if entry[node] is not True:
        raise ConditionError(f"{place}: write {{always: true}}")
    return Condition(node)


def _read_list(entry: Mapping[str, Any], node: str, place: str, _in_row: bool) -> Condition:
    if "column" in entry and node in ("missing", "answered"):
        return _read_record_cell(entry, node, place)
    only(entry, (node,), place)
    subject = entry[node] if isinstance(entry[node], list) else [entry[node]]
    if not subject or not all(is_name(item) for item in subject):
        raise ConditionError(f"{place}: ‘{node}’ needs an id or a list of ids")
    return Condition(node, tuple(subject))


def _name(entry: Mapping[str, Any], key: str, place: str) -> str:
    if not is_name(entry[key]):
        raise ConditionError(f"{place}: ‘{key}’ needs one id, as text")
    return str(entry[key])


def _read_record_cell(entry: Mapping[str, Any], node: str, place: str) -> Condition:
    """A cell of a record: ``{missing: SLP-08.a, column: exception_ends}``."""
    only(entry, (node, "column"), place)
    operator = "empty" if node == "missing" else "filled"
    part, column = _name(entry, node, place), _name(entry, "column", place)
    return Condition("part", part, operator, None, column)


def _read_cells(entry: Mapping[str, Any], node: str, place: str) -> Condition:
    """Inside a row ``missing`` and ``answered`` name columns: each empty, or any of them filled."""
    columns = _read_list(entry, node, place, True).subject
    operator = "empty" if node == "missing" else "filled"
    cells = tuple(Condition("column", name, operator, None, name) for name in columns)
    return Condition("all" if node == "missing" else "any", children=cells)


def _read_rows(entry: Mapping[str, Any], node: str, place: str, _in_row: bool) -> Condition:
    only(entry, (node, "where"), place)
    if "where" not in entry:
        raise ConditionError(f"{place}: ‘{node}’ needs ‘where’, a condition on the columns")
    where = read_condition(entry["where"], f"{place}, where", in_row=True)
    return Condition(node, _name(entry, node, place), children=(where,))


def _read_names(entry: Mapping[str, Any], node: str, place: str, _in_row: bool) -> Condition:
    only(entry, (node, "absent_from"), place)
    lists = [entry[node], entry.get("absent_from")]
    for items in lists:
        if not isinstance(items, list) or not items:
            raise ConditionError(
                f"{place}: ‘names’ and ‘absent_from’ need lists of {{part, column}}"
            )
        for item in items:
            _refuse_no_place(item, ("part",), f"{place}, {node}")
    return Condition(node, tuple(lists[0]), "absent_from", tuple(lists[1]))


def _refuse_no_place(item: Any, keys: tuple[str, ...], place: str) -> None:
    """Where names stand: a part, and for rows and records the column."""
    if not isinstance(item, Mapping):
        raise ConditionError(f"{place}: write {{part: …, column: …}}")
    only(item, ("part", "column"), place)
    for key in {*keys, *item}:
        if not is_name(item.get(key)):
            raise ConditionError(f"{place}: ‘{key}’ needs one id, as text")


def _read_comparison(entry: Mapping[str, Any], node: str, place: str, _in_row: bool) -> Condition:
    only(entry, (node, *SUBJECTS[node], *OPERATORS), place)
    subject = _coverage(entry[node], place) if node == "coverage" else _name(entry, node, place)
    operators = [key for key in entry if key in OPERATORS]
    if len(operators) != 1:
        known = ", ".join(OPERATORS)
        raise ConditionError(f"{place}: compare ‘{entry[node]}’ with exactly one of {known}")
    operator = operators[0]
    value = entry[operator]
    if node in COUNTED:
        refuse_no_count(node, operator, value, place)
    column = _name(entry, "column", place) if "column" in entry else ""
    return Condition(node, subject, operator, compared_with(operator, value, place), column)


def _coverage(subject: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(subject, Mapping) or set(subject) != {"of", "by"}:
        raise ConditionError(f"{place}: ‘coverage’ needs ‘of’ and ‘by’, each {{part, column}}")
    for key in ("of", "by"):
        _refuse_no_place(subject[key], ("part", "column"), f"{place}, {key}")
    return subject


_READERS: Mapping[str, Callable[[Mapping[str, Any], str, str, bool], Condition]] = {
    "all": _read_group,
    "any": _read_group,
    "not": _read_group,
    "always": _read_always,
    "missing": _read_list,
    "answered": _read_list,
    "flag": _read_list,
    "risk": _read_list,
    "any_row": _read_rows,
    "every_row": _read_rows,
    "names": _read_names,
}
