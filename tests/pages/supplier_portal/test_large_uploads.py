"""A file of 25 MB through a real server: never whole in memory, never in clear on the disk."""

from __future__ import annotations

import http.client
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path

import pytest

from accounts import queries, service
from accounts.views import cookie_name
from foundation.headers import FILE_POLICY
from foundation.uploads import LARGEST_FILE
from supplier_portal.queries import evidence_of
from tests import hostile_files
from tests.beginnings import WORLD

ROOT = Path(__file__).parents[3]
CANARY = b"our-secret-price-is-4711-"
BOUNDARY = "boundary-of-the-test"
MEGABYTE = 1024 * 1024
PIECE = 64 * 1024
pytestmark = pytest.mark.slow


class Server:
    """The service as it is run, in processes of its own."""

    def __init__(self, folder: Path, database: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self._log = (folder / "log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "foundation.serve"],
            cwd=ROOT,
            env=os.environ
            | {
                "ASSURANCE_INSTANCE_FOLDER": str(folder),
                "DATABASE_URL": database,
                "ASSURANCE_SECRET_KEY": "a secret of the tests, 32 letters long",
                "ASSURANCE_COOKIE_SECURE": "no",
                "ASSURANCE_CODES": "offered",
                "ASSURANCE_PORT": str(self.port),
                "TMPDIR": str(self.temporary),
            },
            stdout=subprocess.DEVNULL,
            stderr=self._log,
        )
        for _ in range(600):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            assert self._process.poll() is None, (folder / "log").read_text()
            time.sleep(0.1)

    @property
    def worker(self) -> Path:
        """The process that serves: the child of the one that keeps it running."""
        pid = self._process.pid
        child = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0]
        return Path(f"/proc/{child}")

    def memory(self, which: str) -> int:
        found = re.search(rf"{which}:\s+(\d+) kB", (self.worker / "status").read_text())
        return int(found[1]) * 1024

    def forget_peak(self) -> None:
        (self.worker / "clear_refs").write_text("5")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(30)
        self._log.close()


@pytest.fixture
def server(app, bid, tmp_path, database):
    # From here on a process of its own reads the database: nothing may be put in its place.
    app.extensions[WORLD].end()
    running = Server(tmp_path, database)
    yield running
    running.stop()


class Browser:
    """Somebody signed in who sends a file, as slowly as he likes."""

    def __init__(self, port: int, person) -> None:
        token = service.start_session(person, queries.organisations_of(person)[0])
        self._port, self._cookies = port, {cookie_name(): token}

    def get(self, path: str) -> tuple[http.client.HTTPResponse, bytes]:
        connection = self._connected()
        connection.request("GET", path, headers=self._headers())
        return self._answer(connection)

    def send(self, path: str, name: str, pieces, size: int, meanwhile=lambda: None):
        page = self.get(path)[1].decode()
        fields = {
            "csrf_token": re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1],
            "questionnaire": (re.search(r'name="questionnaire" value="([^"]+)"', page) or " ")[1],
            "title": "Kept <title>",
        }
        begin = "".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        )
        begin += (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        end = f"\r\n--{BOUNDARY}--\r\n"
        connection = self._connected()
        connection.putrequest("POST", path)
        length = len(begin) + size + len(end)
        for header, value in self._headers().items() | {
            ("Content-Length", str(length)),
            ("Content-Type", f"multipart/form-data; boundary={BOUNDARY}"),
        }:
            connection.putheader(header, value)
        connection.endheaders()
        connection.send(begin.encode())
        sent = 0
        for piece in pieces:
            connection.send(piece)
            sent += len(piece)
            if sent - len(piece) < size // 2 <= sent:
                meanwhile()
        connection.send(end.encode())
        return self._answer(connection)

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}

    def _connected(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)

    def _answer(self, connection) -> tuple[http.client.HTTPResponse, bytes]:
        with closing(connection):
            answer = connection.getresponse()
            body = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer, body


def large_pdf(size: int) -> bytes:
    """A PDF of exactly ``size`` bytes, nearly all of them in a picture that nothing packs."""
    frame = len(hostile_files.pdf(hostile_files.stream(b"0" * (size // 2)))) - size // 2
    line = secrets.token_hex(20).encode() + CANARY
    content = (line * (size // len(line) + 1))[: size - frame]
    data = hostile_files.pdf(hostile_files.stream(content))
    return data + b" " * (size - len(data))


def in_pieces(data: bytes):
    return (data[start : start + PIECE] for start in range(0, len(data), PIECE))


def lies_in(path: Path) -> bool:
    """Return whether the canary can be read in a file, also where it spans two pieces."""
    kept = b""
    with suppress(OSError), path.open("rb") as file:
        while piece := file.read(MEGABYTE):
            if CANARY in kept + piece:
                return True
            kept = piece[-len(CANARY) :]
    return False


def places_in_clear(folder: Path, worker: Path) -> list[str]:
    """Return every file, with a name or held open without one, that shows the canary."""
    named = [path for path in folder.rglob("*") if path.is_file()]
    unnamed = [
        path
        for path in (worker / "fd").iterdir()
        if os.readlink(path).startswith("/") and path.is_file()
    ]
    return [str(path) for path in named + unnamed if lies_in(path)]


@pytest.mark.sqlite
def test_25_megabytes_stream_to_the_disk_and_back(server, bid, lead, tmp_path):
    data = large_pdf(LARGEST_FILE)
    assert (len(data), data.count(CANARY) > 100_000) == (25 * MEGABYTE, True)
    path = f"/bids/{bid.token}/questions/SLP-07/SLP-07.g2/files"
    browser = Browser(server.port, lead)
    browser.send(path, "small.pdf", [hostile_files.pdf()], len(hostile_files.pdf()))
    spooled, clear = [], []

    def look() -> None:
        # What was sent lies in the service by now; wait until it has read it.
        time.sleep(0.5)
        held = [os.readlink(fd) for fd in (server.worker / "fd").iterdir()]
        spooled.extend(name for name in held if "/spool/" in name)
        clear.extend(places_in_clear(tmp_path, server.worker))

    server.forget_peak()
    before = server.memory("VmRSS")
    answer, _ = browser.send(path, "large.pdf", in_pieces(data), len(data), look)
    uploading = server.memory("VmHWM") - before

    assert answer.status == 302
    assert (len(spooled), clear) == (1, [])
    assert places_in_clear(tmp_path, server.worker) == []
    assert list((tmp_path / "spool").iterdir()) + list(server.temporary.iterdir()) == []
    assert uploading < 8 * MEGABYTE

    evidence = [file for file in evidence_of(bid).values() if file.name == "large.pdf"][0]
    server.forget_peak()
    before = server.memory("VmRSS")
    answer, back = browser.get(f"/bids/{bid.token}/evidence/{evidence.token}")
    assert (answer.status, answer.headers["Content-Length"]) == (200, str(len(data)))
    assert sha256(back).hexdigest() == evidence.sha256 == sha256(data).hexdigest()
    assert answer.headers["Content-Security-Policy"] == FILE_POLICY
    assert server.memory("VmHWM") - before < 8 * MEGABYTE


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("megabytes", "status", "sentence"),
    [
        (26, 422, "large.pdf: the file is 26.0 MB. Choose a file of up to 25 MB"),
        (40, 413, "What you sent is too large"),
    ],
)
def test_more_is_refused_with_a_sentence_that_reaches_the_sender(
    server, bid, lead, tmp_path, megabytes, status, sentence
):
    size = megabytes * MEGABYTE
    path = f"/bids/{bid.token}/questions/SLP-07/SLP-07.g2/files"

    answer, page = Browser(server.port, lead).send(
        path, "large.pdf", (b"%PDF-" + b"0" * (PIECE - 5) for _ in range(size // PIECE)), size
    )

    assert answer.status == status
    assert sentence in page.decode()
    assert "Kept &lt;title&gt;" in page.decode()
    assert (evidence_of(bid), list((tmp_path / "spool").glob("*"))) == ({}, [])
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []
