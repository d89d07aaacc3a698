"""Mutation testing of one module: how many of its mutants the tests named for it notice.

    python -m tests.proofs.mutation scoring/rules/ranking.py

The tests run once as they are; which of them call which function is noted. Then the process is
forked for each mutant: in the child the function's code is exchanged where it lies in memory, and
the tests that call it run until one fails. So a mutant costs its tests and no start. What runs
while modules are loaded is looked at by a process begun afresh (``tests.proofs.one_mutant``).
"""

from __future__ import annotations

import ast
import functools
import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from _pytest.runner import runtestprotocol

from tests.beginnings import Shelf
from tests.proofs import one_mutant
from tests.proofs.harness import ROOT
from tests.proofs.mutants import FUNCTIONS, Mutant, compiled, mutants_of
from tests.proving import tell

DATA = Path(__file__).with_name("mutation.json")
# Of the mutants that are faults at all, so many in a hundred must be noticed.
NEEDED = 95
OUR_OWN = frozenset(
    {"foundation", "accounts", "question_bank", "tenders", "supplier_portal", "scoring"}
    | {"contract_clauses", "records"}
)
# Longer than a test takes by so much, a mutant is held to have made it endless.
PATIENCE, AT_LEAST = 10, 20
KILLED, SURVIVED = "killed", "survived"


def data() -> dict[str, dict]:
    """Return the modules with their tests, and the mutants that are no faults, with the reason."""
    return json.loads(DATA.read_text(encoding="utf-8"))


class Engine:
    """A plugin of pytest that runs the tests once, and then again in a fork for each mutant."""

    def __init__(self, module: str, files: tuple[str, ...]) -> None:
        self.path, self._files = ROOT / module, files
        self.mutants = mutants_of(self.path.read_text(encoding="utf-8"))
        self.fates: dict[str, str] = {}
        # Which tests call which function, by its name and first line; and how long they took.
        self._calls: dict[tuple[str, int], set[int]] = {}
        self._seconds: list[float] = []
        self._current = 0

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = session.items
        if not all(self._passes_as_it_is(number, items) for number in range(len(items))):
            raise pytest.UsageError("A test fails without any mutant")
        # The application sets aside what is loaded (foundation/collecting.py), and what is set
        # aside is not found here: each mutant then began a process of its own.
        gc.unfreeze()
        self._functions = _functions_of(self.path)
        if not self._functions and _has_functions(self.path):
            raise pytest.UsageError(f"No function of {self.path} is found in memory")
        self._caches = [each for each in gc.get_objects() if _is_a_cache(each)]
        self._shelves = [each for each in gc.get_objects() if isinstance(each, Shelf)]
        gc.freeze()
        everything = set(range(len(items)))
        if self._forked([], everything, items) != SURVIVED:
            raise pytest.UsageError("A test fails in a fork without any mutant")
        for mutant in self.mutants:
            self.fates[mutant.name] = self._fate(mutant, items)
        return True

    def _passes_as_it_is(self, number: int, items: list[pytest.Item]) -> bool:
        self._current = number
        begun = time.monotonic()
        _set_profile(self._note)
        try:
            reports = runtestprotocol(items[number], log=False, nextitem=_next(items, number))
        finally:
            _set_profile(None)
        self._seconds.append(time.monotonic() - begun)
        for report in reports:
            if report.failed:
                print(f"{report.nodeid}\n{report.longreprtext}")
        return not any(report.failed for report in reports)

    def _note(self, frame, event, _argument) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename == str(self.path):
            place = (code.co_qualname, code.co_firstlineno)
            self._calls.setdefault(place, set()).add(self._current)

    def _fate(self, mutant: Mutant, items: list[pytest.Item]) -> str:
        changed = [] if not mutant.function else self._changed(mutant)
        if not changed:
            return _fate_afresh(self.path, mutant, self._files)
        numbers = set().union(*(self._calls.get(_place_of(old), set()) for old, _new in changed))
        if not numbers:
            # No test calls it: what is called while modules are loaded was called already.
            return _fate_afresh(self.path, mutant, self._files)
        return self._forked(changed, numbers, items)

    def _forked(self, changed, numbers: set[int], items: list[pytest.Item]) -> str:
        """Run the tests of these numbers in a child, the quickest first, with this code changed."""
        chosen = sorted(numbers, key=lambda number: self._seconds[number])
        allowed = AT_LEAST + PATIENCE * sum(self._seconds[number] for number in chosen)
        with tempfile.TemporaryDirectory(prefix="mutant-") as own:
            child = os.fork()
            if child == 0:
                tests = [items[number] for number in chosen]
                self._in_the_child(changed, tests, items[0], Path(own))
            return _fate_of(child, allowed)

    def _changed(self, mutant: Mutant) -> list[tuple[CodeType, CodeType]]:
        """Return the code objects of functions that the mutant makes others, old and new."""
        new = {_place_of(code): code for code in _within(compiled(self.path, mutant))}
        return [
            (code, new[_place_of(code)])
            for code in self._functions
            if _place_of(code) in new and not _is_same(code, new[_place_of(code)])
        ]

    def _in_the_child(self, changed, chosen, first, own: Path) -> None:
        ended = 1
        try:
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            for old, new in changed:
                for function in self._functions[old]:
                    function.__code__ = new
            for cache in self._caches:
                cache.cache_clear()
            for shelf in self._shelves:
                # What was kept was made without the mutant, and lies on a disk all forks share.
                shelf.kept.clear()
                shelf.folder = own
            ended = 0 if self._all_pass(chosen, first) else 1
        finally:
            os._exit(ended)

    @staticmethod
    def _all_pass(chosen: list[pytest.Item], first: pytest.Item) -> bool:
        for number, item in enumerate(chosen):
            following = chosen[number + 1] if number + 1 < len(chosen) else first
            reports = runtestprotocol(item, log=False, nextitem=following)
            if any(report.failed for report in reports):
                return False
        return True


def _next(items: list[pytest.Item], number: int) -> pytest.Item:
    # After the last comes the first: what the session has set up stays for the forks.
    return items[(number + 1) % len(items)]


def _set_profile(note) -> None:
    sys.setprofile(note)
    threading.setprofile(note)


def _functions_of(path: Path) -> dict[CodeType, list[FunctionType]]:
    """Return every function there is that was made from the module, by its code."""
    found: dict[CodeType, list[FunctionType]] = {}
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename == str(path):
            found.setdefault(each.__code__, []).append(each)
    return found


def _has_functions(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, FUNCTIONS) for node in ast.walk(tree))


def _within(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _within(constant)


def _place_of(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _is_same(one: CodeType, other: CodeType) -> bool:
    return (
        one.co_code == other.co_code
        and one.co_names == other.co_names
        and all(
            _is_same(here, there)
            if isinstance(here, CodeType)
            else type(here) is type(there) and repr(here) == repr(there)
            for here, there in zip(one.co_consts, other.co_consts, strict=False)
        )
        and len(one.co_consts) == len(other.co_consts)
    )


def _is_a_cache(each: object) -> bool:
    if not isinstance(each, functools._lru_cache_wrapper):
        return False
    return str(getattr(each, "__module__", "")).partition(".")[0] in OUR_OWN


def _fate_of(child: int, allowed: float) -> str:
    gives_up = time.monotonic() + allowed
    while time.monotonic() < gives_up:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return SURVIVED if status == 0 else KILLED
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return KILLED


def _fate_afresh(path: Path, mutant: Mutant, files: tuple[str, ...]) -> str:
    passes = _passes_afresh(files, [*_quickest(files)], json.dumps([str(path), mutant.name]))
    return SURVIVED if passes else KILLED


@functools.cache
def _quickest(files: tuple[str, ...]) -> tuple[str, ...]:
    """Return the flag that leaves the application out, where the tests pass without it too."""
    flag = ("--noconftest",)
    return flag if _passes_afresh(files, [*flag, "-W", "ignore"]) else ()


def _passes_afresh(files: tuple[str, ...], flags: list[str], mutant: str = "") -> bool:
    environment = {**os.environ, one_mutant.MUTANT: mutant}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "tests.proofs.one_mutant"]
    command += ["-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:playwright", *flags, *files]
    try:
        ended = subprocess.run(
            command, cwd=ROOT, env=environment, check=False, capture_output=True, timeout=300
        )
    except subprocess.TimeoutExpired:
        return False
    return ended.returncode == 0


def prove(module: str) -> int:
    """Look at one module, say what survived, and return 1 if too much did."""
    known = data()
    files = tuple(known["modules"][module])
    engine = Engine(module, files)
    flags = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--databases", "marked"]
    ended = pytest.main([*flags, "-m", "not postgresql and not slow", *files], [engine])
    if ended or not engine.fates:
        print("The tests of this module could not be run")
        return 1
    excused = {one["mutant"] for one in known["no_faults"] if one["module"] == module}
    unknown = excused - set(engine.fates)
    survived = [name for name, fate in engine.fates.items() if fate == SURVIVED]
    for name in survived:
        print(f"{'no fault' if name in excused else 'SURVIVED'}  {name}")
    for name in sorted(unknown):
        print(f"There is no such mutant any more: {name}")
    open_ones = [name for name in survived if name not in excused]
    faults = len(engine.fates) - len(excused & set(survived))
    killed = faults - len(open_ones)
    print(f"{module}: {killed} of {faults} killed")
    tell(mutants=faults, killed=killed, no_faults=len(excused))
    return 1 if unknown or killed * 100 < NEEDED * faults else 0


if __name__ == "__main__":
    sys.exit(prove(sys.argv[1]))
