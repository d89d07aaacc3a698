"""A long list of bids a page at a time: each page begins after a bid, whatever comes and goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


def page_after(listed: Sequence[Listed], key: Callable[[Listed], str], after: str) -> Page[Listed]:
    """Return the page that follows the bid with the key ``after``; the first where there is none.

    ``key``: what names one of them; only those up to the page are asked.
    """
    found = (place for place, one in enumerate(listed, 1) if key(one) == after)
    start = next(found, 0) if after else 0
    end = start + A_PAGE
    before = None
    if start:
        before = key(listed[start - A_PAGE - 1]) if start > A_PAGE else ""
    return Page(tuple(listed[start:end]), before, key(listed[end - 1]) if end < len(listed) else "")
