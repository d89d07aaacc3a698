"""Example values for the parameters of addresses, so that tests can walk through every page.

A station whose pages take a parameter adds a line to EXAMPLES: the name as it stands in the route,
and a function that makes (or finds) a record inside the test's application and returns the value.
A parameter without a line gets a well-formed value that names nothing: such a page answers 404 to
those who may open it and 403 to the others, which is all the access test asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from accounts.access import PUBLIC
from foundation.tokens import new_token

EXAMPLES: dict[str, Callable[[], Any]] = {}


def values_for(pages: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    """Return a value for every parameter of ``pages``, made once."""
    values: dict[str, Any] = {}
    for rule, access in pages:
        if access == PUBLIC:
            continue
        for name, converter in rule._converters.items():
            if name not in values:
                values[name] = EXAMPLES.get(name, lambda kind=converter: unknown(kind))()
    return values


def unknown(converter: Any) -> Any:
    """Return a value the converter accepts and no record has."""
    kind = type(converter).__name__
    if kind == "TokenConverter":
        return new_token()
    if kind == "AnyConverter":
        return sorted(converter.items)[0] if hasattr(converter, "items") else "none"
    if kind in ("IntegerConverter", "FloatConverter"):
        return 1
    return "unknown"
