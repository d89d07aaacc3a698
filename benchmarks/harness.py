"""What a benchmark is: a row of lines, each a figure of ours beside the bare limit of the same run.

Times are of the processor and in turns: ours, the limit, ours, the limit. What else the machine
does then slows both alike, and their ratio stays.
"""

from __future__ import annotations

import os
import re
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MILLI = 1000
# Tries whether everything runs: small worlds, few turns, nothing written down.
QUICK = bool(os.environ.get("BENCH_QUICK"))


@dataclass(frozen=True)
class Line:
    """One figure. ``ours``, ``limit`` and ``peers``: milliseconds of the processor, if no ``unit``.

    ``most``: the target, and ``fail`` the line nobody may cross: of the ratio, or where there is no
    limit, of ``ours`` itself. ``clock``: median of ours and of the limit by the clock. ``rise``: by
    how many MB memory grew; ``memory``: the most the process had. ``wrong``: what went wrong.
    """

    what: str
    ours: float
    limit: float | None = None
    most: float | None = None
    fail: float | None = None
    clock: tuple[float, float] | None = None
    statements: int | None = None
    most_statements: int | None = None
    memory: float | None = None
    rise: float | None = None
    peers: Mapping[str, float] = field(default_factory=dict)
    rises: Mapping[str, float] = field(default_factory=dict)
    unit: str = "ms"
    said: str = ""
    wrong: str = ""

    @property
    def ratio(self) -> float | None:
        return self.ours / self.limit if self.limit else None

    @property
    def measured(self) -> float:
        """Return what target and line are about."""
        return self.ours if self.ratio is None else self.ratio

    @property
    def verdict(self) -> str:
        if self.wrong:
            return "wrong"
        if self.fail is not None and self.measured > self.fail:
            return "missed"
        too_many = (self.statements or 0) > (self.most_statements or 10**9)
        if too_many or (self.most is not None and self.measured > self.most):
            return "not yet"
        return "reached" if self.most is not None or self.most_statements is not None else ""

    @property
    def against(self) -> str:
        """Return how it compares with the best library; empty where none stands beside it."""
        if not self.peers:
            return ""
        best = min(self.peers, key=lambda name: self.peers[name])
        times = self.peers[best] / self.ours
        if times >= 1:
            return f"{times:.1f} × as fast as {best}"
        return f"**{1 / times:.1f} × as slow as {best}**"


@dataclass(frozen=True)
class Row:
    """``does``: what exactly is done. ``limit``: what the bare limit is. ``target``: in words."""

    name: str
    number: str
    does: str
    limit: str
    target: str
    run: Callable[[], list[Line]]


def as_values(line: Line) -> dict[str, Any]:
    return {name: _rounded(value) for name, value in asdict(line).items() if value not in _EMPTY}


_EMPTY: tuple[Any, ...] = (None, {}, "")


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, tuple | list) else value


def from_values(values: Mapping[str, Any]) -> Line:
    kept = dict(values)
    if "clock" in kept:
        kept["clock"] = tuple(kept["clock"])
    return Line(**kept)


def sized(whole: int, quick: int) -> int:
    """Return how large or how often something is: ``quick`` where it is only tried."""
    return quick if QUICK else whole


def in_turn(ways: Mapping[str, Callable[[], object]], turns: int = 9) -> dict[str, float]:
    """Return the milliseconds of processor time each way takes, none helped by going first."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for _ in range(turns):
        for name, way in ways.items():
            began = time.process_time()
            way()
            taken[name].append((time.process_time() - began) * MILLI)
    return {name: statistics.median(times) for name, times in taken.items()}


def peak(pid: int | str = "self") -> float:
    """Return the most memory a process had, in MB: of it alone, not of who started it."""
    return _status(pid, "VmHWM")


def resident(pid: int | str = "self") -> float:
    return _status(pid, "VmRSS")


def _status(pid: int | str, name: str) -> float:
    said = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(rf"{name}:\s+(\d+)", said)
    return int(found[1]) / 1024 if found else 0.0


def processor(pid: int | str) -> float:
    """Return the seconds of processor time of all threads a process has, to the nanosecond."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text(encoding="ascii").split()[0]) for task in tasks) / 1e9


def middle(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value below which ``percent`` of the values lie."""
    return sorted(values)[min(len(values) - 1, int(len(values) * percent / 100))]


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
