"""The service as it is run, in processes of its own, to be killed; and those who visit it."""

from __future__ import annotations

import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlencode

from accounts import queries, service
from accounts.views import cookie_name

ROOT = Path(__file__).parents[1]


# Hands on what listens as number 3, to the process that it becomes.
AS_SYSTEMD = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2], sys.argv[2:])
"""


class Served:
    """A server on a folder and a database, started again after each killing.

    ``program`` is run instead of the service's own; ``environ`` is added to what it is told.
    ``kept_open``: what listens in the place of the server while it is replaced, as systemd does.
    """

    def __init__(
        self,
        folder: Path,
        database: str,
        program: str = "foundation.serve",
        environ: Mapping[str, str] = MappingProxyType({}),
        *,
        kept_open: socket.socket | None = None,
    ) -> None:
        self._kept_open = kept_open
        if kept_open is None:
            with socket.create_server(("127.0.0.1", 0)) as free:
                self.port = free.getsockname()[1]
        else:
            self.port = kept_open.getsockname()[1]
        self._folder, self._database = folder, database
        self._program, self._environ = program, environ
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._listening(), sys.executable, "-m", self._program],
                cwd=ROOT,
                env=os.environ
                | {
                    "ASSURANCE_INSTANCE_FOLDER": str(self._folder),
                    "DATABASE_URL": self._database,
                    "ASSURANCE_SECRET_KEY": "a secret of the tests, 32 letters long",
                    "ASSURANCE_COOKIE_SECURE": "no",
                    "ASSURANCE_CODES": "offered",
                    "ASSURANCE_PORT": str(self.port),
                    **self._environ,
                },
                pass_fds=() if self._kept_open is None else (self._kept_open.fileno(),),
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        self.wait()

    def _listening(self) -> list[str]:
        """Return what hands on what listens: as number 3, to the process that begins with it."""
        if self._kept_open is None:
            return []
        number = self._kept_open.fileno()
        return [sys.executable, "-c", AS_SYSTEMD, str(number)]

    def replace(self) -> None:
        """End as a service is ended, letting everybody finish, and start again."""
        assert self._process is not None
        self._process.terminate()
        self._process.wait(60)
        self.start()

    def wait(self) -> None:
        """Wait until it answers."""
        for _ in range(1200):
            with suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                with closing(connection):
                    connection.request("GET", "/sign-in")
                    connection.getresponse().read()
                    return
            assert self._process is not None
            assert self._process.poll() is None, (self._folder / "log").read_text()
            time.sleep(0.05)
        raise AssertionError("The server does not answer")

    def kill_worker(self) -> None:
        """Kill the process that serves; the one that keeps it running starts another."""
        for worker in self.workers:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)

    def kill_all(self) -> None:
        """Kill everything at once, as losing power does to processes."""
        assert self._process is not None
        with suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)
        self._process.wait(30)

    def kill_master(self) -> None:
        """Kill the process that keeps the others running; they end by themselves."""
        assert self._process is not None
        left = self.workers
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        self._process.wait(30)
        gives_up = time.monotonic() + 60
        while any(_is_alive(worker) for worker in left):
            assert time.monotonic() < gives_up, "A worker outlives its master"
            time.sleep(0.05)

    @property
    def workers(self) -> list[int]:
        """The processes that serve."""
        pid = self._pid
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    @property
    def _pid(self) -> int:
        assert self._process is not None
        return self._process.pid


def _is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Visitor:
    """A browser that knows what is on a form and forgets nothing else; signed in as ``person``."""

    def __init__(self, port: int, person=None, *, network: str = "") -> None:
        self._port, self._cookies, self._session = port, {}, cookie_name()
        self._token = ""
        # As the proxy says it, where the server believes one.
        self._network = {"X-Forwarded-For": network} if network else {}
        if person is not None:
            token = service.start_session(person, queries.organisations_of(person)[0])
            self._cookies[self._session] = token

    @property
    def is_signed_in(self) -> bool:
        return bool(self._cookies.get(self._session))

    def sign_in(self, email: str, password: str) -> tuple[int, str, str]:
        """Send the form of the sign-in page; whoever was signed in here is not any more."""
        self._cookies.pop(self._session, None)
        if not self._token:
            self._token = hidden(self.get("/sign-in")[2], "csrf_token")
        fields = {"csrf_token": self._token, "email": email, "password": password}
        answer = self.post("/sign-in", fields)
        if answer[0] == 302:
            # What the forms are signed with changes with every sign-in.
            self._token = ""
        return answer

    def get(self, path: str) -> tuple[int, str, str]:
        return self._ask("GET", path, None, {})

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str, str]:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields).encode(), headers)

    def request(self, method: str, path: str, fields: dict[str, str]) -> bytes:
        """Return a form as it goes over the line, for whoever sends it himself."""
        body = urlencode(fields).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"Cookie: {self._all_cookies()}\r\nContent-Length: {len(body)}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        )
        return head.encode() + body

    def upload(self, path: str, fields: dict[str, str], name: str, data: bytes):
        boundary = secrets.token_hex(16)
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        ]
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body = "".join(parts).encode() + data + f"\r\n--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self._ask("POST", path, body, headers)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]):
        """Return status, where it leads and the page."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        with closing(connection):
            said = headers | self._network | {"Cookie": self._all_cookies()}
            connection.request(method, path, body, said)
            answer = connection.getresponse()
            page = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), page

    def _all_cookies(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field of a page."""
    field = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', page)
    found = re.search(r'value="([^"]*)"', field[0]) if field else None
    return found[1] if found else ""
