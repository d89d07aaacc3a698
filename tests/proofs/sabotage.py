"""One-line faults, each as a patch in ``sabotage/``; the tests it names must turn red.

Red means: every test named fails by an assertion, in a throw-away copy with the fault put in; and
without it the same tests pass. What does not even load proves nothing and does not count. Where the
everyday size of a test is too small to meet the fault, its patch says a larger one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.proofs import outcomes
from tests.proofs.harness import BROWSER, ROOT
from tests.proving import PIECE, tell

FOLDER = ROOT / "sabotage"
FEWEST = 40
NOT_FAULTS = "without"


Sizes = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Fault:
    """A patch: what it breaks, and the tests that must notice."""

    name: str
    what: str
    red: tuple[str, ...]
    path: Path
    # The sizes its tests have, where they are not those of every day.
    sizes: Sizes = ()


def faults() -> list[Fault]:
    """Return every fault there is, by name."""
    return [_read(path) for path in sorted(FOLDER.glob("*.patch"))]


def that_do_not_apply(asked: Iterable[Fault]) -> list[str]:
    """Return the faults whose place in the code is gone, each with git's own words."""
    said = {fault.name: _git("apply", "--check", str(fault.path), folder=ROOT) for fault in asked}
    return [f"{name}: {words}" for name, words in said.items() if words]


def is_there(test: str) -> bool:
    """Return whether a test's file has a function of its name."""
    file, _, name = test.partition("::")
    path = ROOT / file
    function = re.escape(name.partition("[")[0])
    return path.exists() and bool(
        re.search(rf"^def {function}\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    )


def prove(name: str) -> str:
    """Try one fault, or all tests without any, and return what is wrong; nothing when it holds."""
    folder = Path(tempfile.mkdtemp(prefix="sabotage-"))
    folder.chmod(0o755)
    try:
        copy = folder / "tree"
        _copy(copy)
        if name == NOT_FAULTS:
            return _without(copy)
        [fault] = [one for one in faults() if one.name == name]
        return _with(fault, copy)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _with(fault: Fault, copy: Path) -> str:
    words = _git("apply", str(fault.path), folder=copy)
    if words:
        return f"The patch does not apply any more: {words}"
    seen, output = _run(copy, fault.red, fault.sizes)
    silent = [test for test in fault.red if not _is_red(test, seen)]
    if silent:
        return f"Not noticed by {', '.join(silent)}\n{output[-3000:]}"
    tell(faults=1, noticed=1)
    return ""


def _without(copy: Path) -> str:
    alike: dict[tuple[Sizes, bool], set[str]] = {}
    for fault in faults():
        for test in fault.red:
            alike.setdefault((fault.sizes, _is_browser(test)), set()).add(test)
    seen, output = [], ""
    for (sizes, _), tests in alike.items():
        lines, words = _run(copy, sorted(tests), sizes)
        seen, output = seen + lines, output + words
    named = sorted(set().union(*alike.values()))
    bad = [line["test"] for line in seen if line["outcome"] != "passed"]
    missing = [test for test in named if not any(_is_of(test, line) for line in seen)]
    if bad or missing:
        return f"Without any fault these do not pass: {', '.join(bad + missing)}\n{output[-3000:]}"
    tell(tests_green_without=len(named))
    return ""


def _is_red(test: str, seen: Sequence[dict[str, object]]) -> bool:
    return any(
        _is_of(test, line)
        and line["outcome"] == "failed"
        and line["when"] == "call"
        and line["by_assertion"]
        for line in seen
    )


def _is_of(test: str, line: dict[str, object]) -> bool:
    name = str(line["test"])
    return name == test or name.startswith(f"{test}[")


def _run(copy: Path, tests: Sequence[str], sizes: Sizes) -> tuple[list[dict[str, object]], str]:
    said, drawn = copy.parent / "outcomes", copy.parent / "drawn"
    said.unlink(missing_ok=True)
    flags = BROWSER if _is_browser(tests[0]) else ("--databases", "marked")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    ended = subprocess.run(
        [*command, "-p", "tests.proofs.outcomes", *flags, *tests],
        cwd=copy,
        env={
            **os.environ,
            PIECE: json.dumps({"sizes": dict(sizes)}),
            outcomes.FILE: str(said),
            "HYPOTHESIS_STORAGE_DIRECTORY": str(drawn),
        },
        check=False,
        capture_output=True,
        text=True,
    )
    lines = said.read_text(encoding="utf-8").splitlines() if said.is_file() else []
    return [json.loads(line) for line in lines], ended.stdout + ended.stderr


def _is_browser(test: str) -> bool:
    return test.startswith("tests/browser/")


def _copy(to: Path) -> None:
    """Copy what git knows or would, with what was compiled of it, so that it starts as quickly."""
    to.mkdir()
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--directory"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    for top in sorted({name.partition("/")[0] for name in listed} - {"instance"}):
        if (ROOT / top).is_dir():
            shutil.copytree(ROOT / top, to / top, symlinks=True)
        elif (ROOT / top).exists():
            shutil.copy2(ROOT / top, to / top)


def _git(*words: str, folder: Path) -> str:
    """Return what git complains of; nothing when it did what it was asked."""
    # Not as a part of whatever repository the folder may lie in.
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)}
    ended = subprocess.run(
        ["git", *words], cwd=folder, env=environment, check=False, capture_output=True, text=True
    )
    return ended.stderr.strip() or "failed" if ended.returncode else ""


def _read(path: Path) -> Fault:
    head = path.read_text(encoding="utf-8").partition("--- a/")[0]
    said: dict[str, list[str]] = {"What": [], "Red": [], "Size": []}
    for line in head.splitlines():
        name, _, words = line.partition(": ")
        if name in said:
            said[name].append(words)
    sizes = tuple((name, int(number)) for name, number in map(str.split, said["Size"]))
    return Fault(path.stem, " ".join(said["What"]), tuple(said["Red"]), path, sizes)


if __name__ == "__main__":
    wrong = prove(sys.argv[1])
    print(wrong or "noticed")
    sys.exit(1 if wrong else 0)
