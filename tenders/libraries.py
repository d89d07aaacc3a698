"""What later stations freeze with a tender's questions, read once per process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any


def loaded(libraries: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """Return each library by its name. What is shipped does not change while a process runs."""
    return {name: _loaded(load) for name, load in libraries.items()}


@cache
def _loaded(load: Callable[[], Any]) -> Any:
    return load()
