"""The raw form of a shipped pack: what publishing freezes beside the bank's own raw form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from question_bank.loader import PACKS, read_yaml


@cache
def raw_packs() -> Mapping[str, Mapping[str, Any]]:
    """Return every shipped pack as plain values, by its id."""
    packs = [read_yaml(path) for path in sorted(PACKS.glob("*.yml"))]
    return {pack["id"]: pack for pack in packs}
