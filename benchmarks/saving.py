"""Sixteen people saving answers at once: `python -m benchmarks.saving [seconds] [clients]`.

A server of its own (gunicorn, one process, a SQLite file) in a temporary folder; each client is a
signed-in supplier who posts the page of one question over and over, with other words each time. At
the end every client's last acknowledged words are read back from the page. Everything stays on the
loopback interface and stops by itself. Prints one line of figures; exits 1 if anything was lost.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from tests import factories

QUESTION = "SLP-07"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
MARKUP = re.compile(r"<[^>]+>|\s+")
ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Client:
    """A browser that keeps its connection and its cookies."""

    port: int
    email: str
    question: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    saved: str = ""

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def request(
        self, method: str, path: str, form: dict[str, str] | None = None
    ) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form)
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        except http.client.RemoteDisconnected:
            # The server lets go of a connection not used for a while; a browser asks again too.
            if method != "GET":
                raise
            self.connection.close()
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        for name, value in response.getheaders():
            # "Draft saved" waits in a cookie for the next page; this client never shows one.
            if name.lower() == "set-cookie" and not self.saved:
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        text = response.read().decode()
        return response.status, response.getheader("Location") or text

    def sign_in(self) -> None:
        _, page = self.request("GET", "/sign-in")
        form = {"email": self.email, "password": factories.PASSWORD, "csrf_token": token_of(page)}
        status, _ = self.request("POST", "/sign-in", form)
        if status != 302:
            raise RuntimeError(f"{self.email} could not sign in: {status}")

    def save_until(self, end: float) -> None:
        _, page = self.request("GET", self.question)
        form_token, version, number = token_of(page), int(value_of(page, f"v-{QUESTION}.a")), 0
        while time.monotonic() < end:
            number += 1
            words = f"Save number {number} of {self.email}: the second site takes over at once."
            form = {
                "csrf_token": form_token,
                f"v-{QUESTION}.a": str(version),
                f"{QUESTION}.a": words,
                "then": "list",
            }
            began = time.monotonic()
            status, answer = self.request("POST", self.question, form)
            self.took.append(time.monotonic() - began)
            if status != 302:
                self.failures.append(f"{status}: {MARKUP.sub(' ', answer)[:300]}")
                return
            self.saved, version = words, version + 1

    def lost(self) -> bool:
        """Return whether the last words acknowledged are not the words the page shows."""
        _, page = self.request("GET", self.question)
        return self.saved not in page


def token_of(page: str) -> str:
    return TOKEN.findall(page)[-1]


def value_of(page: str, name: str) -> str:
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)
    if found is None:
        raise RuntimeError(f"The page has no field {name}")
    return found[1]


def seed(instance: Path, clients: int) -> list[tuple[str, str]]:
    """Make a tender and ``clients`` suppliers with a bid each; return (e-mail, page) for each."""
    from flask_migrate import upgrade

    from accounts.rules.roles import Role
    from app import create_app
    from foundation import clock
    from foundation.database import db
    from supplier_portal import service as portal

    app = create_app({"instance_folder": instance, "cookie_secure": False, "codes": "offered"})
    with app.app_context():
        upgrade()
        tender = factories.make_open_tender(closes_at=clock.now() + timedelta(days=30))
        pages = []
        for number in range(clients):
            company = factories.make_supplier(f"Supplier {number}")
            lead = factories.make_person(Role.BID_LEAD, company)
            viewer = factories.viewer_of(lead)
            bid = portal.start_bid(tender, by=viewer, arrived_at=clock.now())
            pages.append((lead.email, f"/bids/{bid.token}/questions/{QUESTION}"))
        db.session.remove()
        db.engine.dispose()
        return pages


@contextmanager
def server(instance: Path) -> Iterator[int]:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "ASSURANCE_INSTANCE_FOLDER": str(instance),
        "ASSURANCE_PORT": str(port),
        "ASSURANCE_COOKIE_SECURE": "no",
        "ASSURANCE_LOG_LEVEL": "WARNING",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "foundation.serve"],
        cwd=ROOT,
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError("The server stopped; its reason stands above")
        with closing(socket.socket()) as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("The server did not start within 20 seconds")


def processor() -> tuple[float, float]:
    """Return for how many seconds, on average, a processor idled and was kept from us so far.

    On a rented machine the second says how far the figures can be trusted; (0, 0) where the
    system does not tell.
    """
    counters = Path("/proc/stat")
    if not counters.exists():
        return 0.0, 0.0
    ticks = [int(field) for field in counters.read_text().splitlines()[0].split()[1:]]
    a_second = os.sysconf("SC_CLK_TCK") * (os.cpu_count() or 1)
    return ticks[3] / a_second, ticks[7] / a_second


def percentile(values: list[float], percent: float) -> float:
    """Return the value below which ``percent`` of the values lie, in milliseconds."""
    return 1000 * sorted(values)[min(len(values) - 1, int(len(values) * percent / 100))]


def main(seconds: float = 20, clients: int = 16) -> int:
    with tempfile.TemporaryDirectory(prefix="saving-") as folder:
        instance = Path(folder)
        pages = seed(instance, clients)
        with server(instance) as port:
            people = [Client(port, email, page) for email, page in pages]
            for person in people:
                person.sign_in()
            before = processor()
            end = time.monotonic() + seconds
            with ThreadPoolExecutor(clients) as pool:
                list(pool.map(lambda person: person.save_until(end), people))
            idle, stolen = (now - then for now, then in zip(processor(), before, strict=True))
            took = [each for person in people for each in person.took]
            failures = [text for person in people for text in person.failures]
            lost = [person.email for person in people if person.lost()]
    for text in failures[:5]:
        print(text)
    print(
        f"{clients} clients, {seconds:g} s: {len(took)} saves, {len(took) / seconds:.0f}/s, "
        f"median {1000 * statistics.median(took):.0f} ms, p99 {percentile(took, 99):.0f} ms, "
        f"slowest {1000 * max(took):.0f} ms, {len(failures)} failed, {len(lost)} lost; "
        f"processors {idle / seconds:.0%} idle, {stolen / seconds:.0%} taken by other machines"
    )
    return 1 if failures or lost else 0


if __name__ == "__main__":
    sys.exit(
        main(*[float(value) if n == 0 else int(value) for n, value in enumerate(sys.argv[1:])])
    )
