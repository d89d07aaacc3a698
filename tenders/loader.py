"""The raw form of a shipped pack: what publishing freezes beside the bank's own raw form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_bank.loader import newest_edition


def raw_packs() -> Mapping[str, Mapping[str, Any]]:
    """Return every pack of the newest edition as plain values, by its id."""
    return newest_edition().raw_packs
