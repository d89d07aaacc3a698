"""A real server on loopback, ours or the bare one, and somebody who asks it."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.harness import MILLI, ROOT, middle, peak, processor, resident

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
FORM = "application/x-www-form-urlencoded"


@dataclass
class Server:
    """A server that runs: its port, and the process that answers."""

    port: int
    pid: int

    @property
    def seconds(self) -> float:
        return processor(self.pid)

    @property
    def peak(self) -> float:
        return peak(self.pid)

    @property
    def resident(self) -> float:
        return resident(self.pid)

    def forget_peak(self) -> None:
        """Let ``peak`` say from now on the most the process has after this (proc(5))."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5", encoding="ascii")


@contextmanager
def ours(
    instance: Path, database: str, program: Sequence[str] = ("foundation.serve",)
) -> Iterator[Server]:
    """Run the service as people do: `python -m foundation.serve`, or another ``program``."""
    settings = {
        "ASSURANCE_INSTANCE_FOLDER": str(instance),
        "ASSURANCE_COOKIE_SECURE": "no",
        "ASSURANCE_CODES": "offered",
        "ASSURANCE_LOG_LEVEL": "WARNING",
        "DATABASE_URL": database,
    }
    with _running([*program], settings) as server:
        yield server


@contextmanager
def bare(folder: Path, database: str) -> Iterator[Server]:
    """Run the bare Flask under the same server, on a database of the same kind."""
    where = f"{folder}/bare.db" if database.startswith("sqlite") else database
    with _running(["benchmarks.bare", "PORT", where], {}) as server:
        yield server


@contextmanager
def base(folder: Path, database: str) -> Iterator[Server]:
    """Run Flask and the libraries we stand on at the same work, on a database of the same kind."""
    where = f"sqlite:///{folder}/base.db" if database.startswith("sqlite") else database
    with _running(["benchmarks.base", "PORT", where], {}) as server:
        yield server


@contextmanager
def _running(module: list[str], settings: dict[str, str]) -> Iterator[Server]:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(port) if word == "PORT" else word for word in module]
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, **settings, "ASSURANCE_PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        yield Server(port, int(children.read_text().split()[0]))
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(3000):
        if process.poll() is not None:
            raise RuntimeError("The server stopped; its reason stands above")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/health/live")
            connection.getresponse().read()
            return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError("The server did not start within five minutes")


@dataclass
class Client:
    """A browser that keeps its connection and the session it was given."""

    port: int
    cookie: str = ""
    took: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def get(self, path: str) -> tuple[int, str]:
        return self.ask("GET", path, None, {})

    def post(self, path: str, form: dict[str, str]) -> tuple[int, str]:
        return self.ask("POST", path, urlencode(form).encode(), {"Content-Type": FORM})

    def ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, str]:
        status, content = self.raw(method, path, body, headers)
        return status, content.decode()

    def raw(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        sent = {**headers, "Cookie": self.cookie}
        began = time.perf_counter()
        try:
            self.connection.request(method, path, body, sent)
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # The server lets go of a connection not used for a while; a browser asks again too.
            self.connection.close()
            self.connection.request(method, path, body, sent)
            response = self.connection.getresponse()
        content = response.read()
        if method == "GET":
            # After a save "Draft saved" waits in a cookie for the next page: nobody looks at it.
            self._keep(response.headers.get_all("Set-Cookie") or [])
        self.took.append((time.perf_counter() - began) * MILLI)
        return response.status, content

    def _keep(self, cookies: list[str]) -> None:
        kept = dict(one.split("=", 1) for one in self.cookie.split("; ") if one)
        kept |= dict(one.partition(";")[0].split("=", 1) for one in cookies)
        self.cookie = "; ".join(f"{name}={value}" for name, value in kept.items())


def token_of(page: str) -> str:
    return str(TOKEN.findall(page)[-1])


@dataclass(frozen=True)
class Asked:
    """What many requests took: milliseconds of the server's processor, and by the clock."""

    ms: float
    clock: float


def in_turns(
    ways: Mapping[str, tuple[Server, Client, Callable[[], object]]], times: int, at_once: int = 10
) -> dict[str, Asked]:
    """Ask in turns, so many requests of one and then of the other; return what one takes."""
    spent: dict[str, float] = dict.fromkeys(ways, 0.0)
    for _, client, ask in ways.values():
        for _ in range(3):
            ask()
        client.took.clear()
    for _ in range(times // at_once):
        for name, (server, _, ask) in ways.items():
            before = server.seconds
            for _ in range(at_once):
                ask()
            spent[name] += server.seconds - before
    asked = times // at_once * at_once
    return {
        name: Asked(spent[name] * MILLI / asked, middle(client.took))
        for name, (_, client, _) in ways.items()
    }
