"""The demonstration's past: a tender must have closed before anybody can open its bids."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from foundation import clock


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Hold the one clock at ``moment``, so that the services decide as they would have then.

    For the command that builds the demonstration alone: it runs in a process of its own, which
    serves nobody. The audit chain says the same times as everything else it makes.
    """
    real = clock.now
    setattr(clock, "now", lambda: moment)  # noqa: B010 (the type checker allows no plain one)
    try:
        yield
    finally:
        setattr(clock, "now", real)  # noqa: B010
