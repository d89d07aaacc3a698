"""The record of a process: its releases merged by the rules of the standard, without a network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

OCDS = Path(__file__).parent / "content" / "ocds"


def read_schema(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((OCDS / name).read_text(encoding="utf-8"))
    return schema


@cache
def release_schema() -> dict[str, Any]:
    """Return the schema of a release with the fields of the extensions used here."""
    return patched(read_schema("release-schema.json"), read_schema("extensions-schema.json"))


def patched(schema: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``schema`` changed by a JSON Merge Patch (RFC 7396), as extensions are applied."""
    result = dict(schema)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, Mapping):
            below = result.get(name)
            result[name] = patched(below if isinstance(below, Mapping) else {}, value)
        else:
            result[name] = value
    return result


@cache
def _merger() -> Any:
    # It brings a client for the web along, which takes a tenth of a second of every start.
    from ocdsmerge import Merger  # type: ignore[import-untyped]

    return Merger(release_schema())


def compiled_release(releases: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    merged: dict[str, Any] = _merger().create_compiled_release([dict(one) for one in releases])
    return merged
