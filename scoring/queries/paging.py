"""A long list of bids a page at a time: each page begins after a bid, whatever comes and goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

A_PAGE = 50

Listed = TypeVar("Listed")


@dataclass(frozen=True)
class Page(Generic[Listed]):
    """``before``: after which bid the page before begins, "" for the first page and None on it;
    ``after``: after which the next one does, "" on the last."""

    shown: tuple[Listed, ...]
    before: str | None
    after: str


def page_after(listed: Sequence[Listed], keys: Sequence[str], after: str) -> Page[Listed]:
    """Return the page that follows the bid with the key ``after``; the first where there is none.

    ``keys``: one for each listed, in the same order.
    """
    start = keys.index(after) + 1 if after in keys else 0
    end = start + A_PAGE
    before = None
    if start:
        before = keys[start - A_PAGE - 1] if start > A_PAGE else ""
    return Page(tuple(listed[start:end]), before, keys[end - 1] if end < len(keys) else "")
