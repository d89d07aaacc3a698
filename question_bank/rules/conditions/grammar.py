"""The shape of a condition: read from YAML or JSON, refused with a remedy when it is not one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

TEXT_OPERATORS = ("is", "is_not", "in", "not_in")
LIST_OPERATORS = ("has", "has_any", "lacks", "lacks_any")
SIZE_OPERATORS = ("more_than", "less_than", "at_least", "at_most")
DATE_OPERATORS = ("before", "after", "older_than")
OPERATORS = (*TEXT_OPERATORS, *LIST_OPERATORS, *SIZE_OPERATORS, *DATE_OPERATORS)

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


class ConditionError(ValueError):
    """A condition is not well formed; the message says what was found and what to write."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One node: ``subject`` is what it is about, ``operator`` and ``value`` what must hold."""

    node: str
    subject: Any = None
    operator: str = ""
    value: Any = None
    column: str = ""
    children: tuple[Condition, ...] = ()

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
                if isinstance(value, str) and value.startswith("tender."):
                    found.add(value.removeprefix("tender."))
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
    return f"‘{first}’ is not a kind of condition{_advice(first, NODES)}"


def _advice(word: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(word, known, n=1)
    return f"; did you mean ‘{near[0]}’?" if near else ""


def _only(entry: Mapping[str, Any], allowed: tuple[str, ...], place: str) -> None:
    for key in entry:
        if key not in allowed:
            raise ConditionError(f"{place}: ‘{key}’ cannot stand here{_advice(str(key), allowed)}")


def _read_group(entry: Mapping[str, Any], node: str, place: str, in_row: bool) -> Condition:
    _only(entry, (node,), place)
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
    _only(entry, (node,), place)
    if entry[node] is not True:
        raise ConditionError(f"{place}: write {{always: true}}")
    return Condition(node)


def _read_list(entry: Mapping[str, Any], node: str, place: str, _in_row: bool) -> Condition:
    if "column" in entry and node in ("missing", "answered"):
        return _read_record_cell(entry, node, place)
    _only(entry, (node,), place)
    subject = entry[node] if isinstance(entry[node], list) else [entry[node]]
    if not all(isinstance(item, str) for item in subject):
        raise ConditionError(f"{place}: ‘{node}’ needs an id or a list of ids")
    return Condition(node, tuple(subject))


def _read_record_cell(entry: Mapping[str, Any], node: str, place: str) -> Condition:
    """A cell of a record: ``{missing: SLP-08.a, column: exception_ends}``."""
    _only(entry, (node, "column"), place)
    operator = "empty" if node == "missing" else "filled"
    return Condition("part", entry[node], operator, None, str(entry["column"]))


def _read_cells(entry: Mapping[str, Any], node: str, place: str) -> Condition:
    """Inside a row ``missing`` and ``answered`` name columns: each empty, or any of them filled."""
    columns = _read_list(entry, node, place, True).subject
    operator = "empty" if node == "missing" else "filled"
    cells = tuple(Condition("column", name, operator, None, name) for name in columns)
    return Condition("all" if node == "missing" else "any", children=cells)


def _read_rows(entry: Mapping[str, Any], node: str, place: str, _in_row: bool) -> Condition:
    _only(entry, (node, "where"), place)
    if "where" not in entry:
        raise ConditionError(f"{place}: ‘{node}’ needs ‘where’, a condition on the columns")
    where = read_condition(entry["where"], f"{place}, where", in_row=True)
    return Condition(node, entry[node], children=(where,))


def _read_names(entry: Mapping[str, Any], node: str, place: str, _in_row: bool) -> Condition:
    _only(entry, (node, "absent_from"), place)
    lists = [entry[node], entry.get("absent_from")]
    for items in lists:
        if not isinstance(items, list) or not all(
            isinstance(item, Mapping) and "part" in item for item in items
        ):
            raise ConditionError(
                f"{place}: ‘names’ and ‘absent_from’ need lists of {{part, column}}"
            )
    return Condition(node, tuple(lists[0]), "absent_from", tuple(lists[1]))


def _read_comparison(entry: Mapping[str, Any], node: str, place: str, _in_row: bool) -> Condition:
    _only(entry, (node, *SUBJECTS[node], *OPERATORS), place)
    operators = [key for key in entry if key in OPERATORS]
    if len(operators) != 1:
        known = ", ".join(OPERATORS)
        raise ConditionError(f"{place}: compare ‘{entry[node]}’ with exactly one of {known}")
    operator = operators[0]
    value = entry[operator]
    if isinstance(value, bool):
        raise ConditionError(f'{place}: write "yes" or "no" in quotes, not {value}')
    column = str(entry[node]) if node == "column" else str(entry.get("column", ""))
    return Condition(node, entry[node], operator, _frozen(value), column)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


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
