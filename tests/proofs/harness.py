"""Runs a part of the proofs piece by piece, each bounded, and goes on where it was interrupted.

A piece is a command. It passes when it ends with 0 and has told at least one figure. What passed is
a line in ``proofs-made/<code>/<part>.jsonl``; another state of the code begins anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.proving import PIECE

ROOT = Path(__file__).parents[2]
MADE = ROOT / "proofs-made"
# What a piece may use at the most.
SECONDS, GIGABYTES_OF_A_FILE, GIGABYTES_OF_DISK, GIGABYTES_OF_MEMORY = 1800, 2, 8, 8
# What changes a proof: everything but what is only read by people.
ONLY_READ = ("docs/", "CHANGELOG.md", "README.md", "LICENSE")

# Chromium's tests run apart from the others, which is why the usual options are set aside.
BROWSER = (
    *("-o", "addopts=", "--import-mode=importlib", "--strict-markers"),
    *("--browser", "chromium"),
)


@dataclass(frozen=True)
class Piece:
    """One command of a part, with what it changes of the tests it runs."""

    name: str
    command: Sequence[str]
    sizes: Mapping[str, int] = field(default_factory=dict)
    seed: int = 0


@dataclass(frozen=True)
class Part:
    name: str
    # A sentence for the table.
    shows: str
    pieces: Callable[[], Sequence[Piece]]
    # About how long all of it takes on two cores.
    minutes: int
    # Pieces that measure by the clock run alone.
    alone: bool = False


@dataclass(frozen=True)
class Result:
    piece: str
    passed: bool
    seconds: float
    figures: Mapping[str, int]
    said: str = ""


def of_tests(
    name: str,
    *tests: str,
    sizes: Mapping[str, int] | None = None,
    seed: int = 0,
    flags: Sequence[str] = ("--databases", "marked"),
) -> Piece:
    """Return a piece that runs tests; all must pass and none be skipped."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.proofs.outcomes", *flags, *tests]
    return Piece(name, command, sizes or {}, seed)


@cache
def code() -> str:
    """Return a hash of everything the proofs depend on: tracked and new files as they are now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    hashed = hashlib.sha256()
    for name in sorted(set(filter(None, listed))):
        path = ROOT / name
        if not name.startswith(ONLY_READ) and path.is_file():
            hashed.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return hashed.hexdigest()[:16]


def passed_of(part: Part) -> dict[str, Result]:
    """Return what has passed of a part for this state of the code, by piece."""
    path = _kept(part)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    # The last line may be cut off by a kill: that piece is run again.
    return {result.piece: result for line in lines if (result := _read(line))}


def run(part: Part, *, at_most: int | None, jobs: int, say: Callable[[str], None]) -> list[Result]:
    """Run what has not passed yet and return what failed. ``at_most``: pieces of this run."""
    done = passed_of(part)
    waiting = [piece for piece in part.pieces() if piece.name not in done][:at_most]
    failed = []
    with ThreadPoolExecutor(1 if part.alone else jobs) as pool:
        for result in pool.map(_run, waiting):
            word = "passed" if result.passed else "FAILED"
            counted = ", ".join(f"{name} {count}" for name, count in result.figures.items())
            say(f"{part.name} {result.piece}: {word} in {result.seconds:.0f} s ({counted})")
            if result.passed:
                _keep(part, result)
            else:
                say(result.said)
                failed.append(result)
    return failed


def _run(piece: Piece) -> Result:
    folder = Path(tempfile.mkdtemp(prefix="proof-"))
    # PostgreSQL does not run as root: its own user has to get through.
    folder.chmod(0o755)
    told = folder / "told"
    told.touch()
    said = {"sizes": dict(piece.sizes), "seed": piece.seed, "tell": str(told)}
    begun = time.monotonic()
    try:
        ended, output = _bounded([*_apart(), *piece.command], folder, json.dumps(said))
        figures: Counter[str] = Counter()
        for line in told.read_text(encoding="utf-8").splitlines():
            figures.update(json.loads(line))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    passed = ended == 0 and bool(figures)
    text = output[-4000:] if output else ""
    seconds = round(time.monotonic() - begun, 1)
    return Result(piece.name, passed, seconds, dict(figures), "" if passed else text)


def _bounded(command: Sequence[str], folder: Path, said: str) -> tuple[int, str]:
    """Run a command that may use so much time and disk, and nothing it started outlives it."""
    environment = {**os.environ, PIECE: said, "TMPDIR": str(folder), "PYTHONUNBUFFERED": "1"}
    with (folder / "output").open("w+", encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_limits,
        )
        reason = _watched(process, folder)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        output.seek(0)
        return (process.wait() if not reason else -1), output.read() + reason


def _watched(process: subprocess.Popen[bytes], folder: Path) -> str:
    """Return why it had to be ended; nothing when it ended by itself."""
    gives_up = time.monotonic() + SECONDS
    while True:
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            if time.monotonic() > gives_up:
                return f"\nIt took more than {SECONDS} seconds"
            if _bytes_in(folder) > GIGABYTES_OF_DISK << 30:
                return f"\nIt wrote more than {GIGABYTES_OF_DISK} GB"
        else:
            return ""


def _bytes_in(folder: Path) -> int:
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(path, name)).st_size
            except OSError:
                continue
    return total


def _limits() -> None:
    most = GIGABYTES_OF_A_FILE << 30
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    memory = GIGABYTES_OF_MEMORY << 30
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@cache
def _apart() -> tuple[str, ...]:
    """Return what gives a command a network of its own with nothing but loopback, where allowed."""
    unshare = ("unshare", "--net", "--", "sh", "-c", 'ip link set lo up && exec "$@"', "proof")
    try:
        allowed = subprocess.run([*unshare, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return ()
    return unshare if allowed.returncode == 0 else ()


def is_apart() -> bool:
    """Return whether pieces cannot reach any network."""
    return bool(_apart())


def _kept(part: Part) -> Path:
    return MADE / code() / f"{part.name}.jsonl"


def _keep(part: Part, result: Result) -> None:
    path = _kept(part)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    begins = "" if not text or text.endswith("\n") else "\n"
    line = {"piece": result.piece, "seconds": result.seconds, "figures": dict(result.figures)}
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{begins}{json.dumps(line)}\n")
        file.flush()
        os.fsync(file.fileno())


def _read(line: str) -> Result | None:
    try:
        kept = json.loads(line)
    except ValueError:
        return None
    return Result(kept["piece"], True, kept["seconds"], kept["figures"])


def summed(results: Iterator[Result] | Sequence[Result]) -> dict[str, int]:
    """Return the figures of all pieces, those of one name added up."""
    total: Counter[str] = Counter()
    for result in results:
        total.update(result.figures)
    return dict(total)
