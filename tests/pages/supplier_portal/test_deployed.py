"""The processes of deploy/ on one machine, used as a company uses them, while each is replaced.

A proxy with TLS, two that serve, jobs, duties, PostgreSQL and a bucket.
"""

from __future__ import annotations

import http.client
import http.cookiejar
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.database import db
from foundation.duties import DutyDone
from foundation.mail import Message
from supplier_portal.models import Evidence, Submission
from tests import postgresql
from tests.architecture.test_deploy import proxy_on_this_machine
from tests.beginnings import WORLD
from tests.conftest import execute
from tests.factories import PASSWORD, make_person, make_supplier
from tests.pages.supplier_portal.conftest import start
from tests.pages.supplier_portal.test_kills import FILE_PART, PART, PDF, QUESTION
from tests.served import hidden

ROOT = Path(__file__).parents[3]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


class Browser:
    """Somebody who comes through the proxy: keeps cookies, follows where a form leads."""

    def __init__(self, port, certificate):
        context = ssl.create_default_context(cafile=certificate)
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        )
        self._address = f"https://localhost:{port}"

    def get(self, path):
        with self._opener.open(self._address + path, timeout=60) as answer:
            return answer.read().decode()

    def send(self, path, fields, file=None):
        """Send the form of a page, with what is hidden on it; return the page it leads to."""
        form = self.get(path)
        known = {
            name: value
            for name in ("csrf_token", "questionnaire", "form_key", f"v-{PART}")
            if (value := hidden(form, name))
        }
        data, kind = urlencode(known | fields).encode(), "application/x-www-form-urlencoded"
        if file is not None:
            data, kind = multipart(known | fields, *file)
        asked = urllib.request.Request(
            self._address + path, data, {"Content-Type": kind, "Referer": self._address + path}
        )
        try:
            with self._opener.open(asked, timeout=120) as answer:
                return answer.geturl(), answer.read().decode()
        except urllib.error.HTTPError as refused:
            pytest.fail(f"{path} was refused with {refused.code}: {refused.read().decode()}")


def multipart(fields, name, content):
    boundary = "between-the-parts-of-a-form"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    )
    data = "".join(parts).encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return data, f"multipart/form-data; boundary={boundary}"


class Processes:
    """What deploy/ starts, each ended when the block is left."""

    def __init__(self, folder, environment):
        self._folder, self._environment = folder, environment
        self._all = ExitStack()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._all.close()

    def start(self, *command, **environment):
        log = self._all.enter_context((self._folder / "processes.log").open("ab"))
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | self._environment | environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        self._all.callback(end, process)
        return process

    def said(self):
        return (self._folder / "processes.log").read_text(errors="replace")


def end(process):
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)


def until(is_so, said=lambda: ""):
    ended = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < ended, said()
        time.sleep(0.2)


def is_ready(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@pytest.mark.slow
@pytest.mark.postgresql
def test_the_processes_of_the_deployment_serve_a_company_while_each_is_replaced(
    app, tender, tmp_path, database, s3_server, postgresql_server
):
    for program in ("nginx", "openssl"):
        if shutil.which(program) is None:
            pytest.fail(f"{program} is not installed (debian-packages.txt)")
    lead = make_person(Role.BID_LEAD, make_supplier("Larkfield Sensors"))
    bid = start(tender, lead)
    url = f"/bids/{bid.token}"
    if WORLD in app.extensions:
        app.extensions[WORLD].end()
    db.session.commit()
    proxy, ports = free_port(), [free_port(), free_port()]
    bucket = s3_server.bucket()
    settings = {
        "ASSURANCE_INSTANCE_FOLDER": str(tmp_path),
        "DATABASE_URL": database,
        "ASSURANCE_SECRET_KEY": "a secret of the tests, 32 letters long",
        "ASSURANCE_CODES": "offered",
        "ASSURANCE_ADDRESS": f"https://localhost:{proxy}",
        "ASSURANCE_PROXIES": "1",
        "ASSURANCE_THREADS": "6",
        "ASSURANCE_SLOW_WORK": "apart",
        "ASSURANCE_FILES": f"s3://{bucket.name}/{bucket.prefix.rstrip('/')}",
        "ASSURANCE_FILES_ENDPOINT": s3_server.endpoint,
        "ASSURANCE_FILES_REGION": bucket.region,
    }
    serve = (sys.executable, "-m", "foundation.serve")
    flask = (sys.executable, "-m", "flask", "--app", "app")
    web_folder = tmp_path / "proxy"
    web_folder.mkdir(mode=0o700)
    configuration = proxy_on_this_machine(web_folder, proxy, ports)
    with (
        postgresql.as_durable(lambda statement: execute(postgresql_server, statement)),
        Processes(tmp_path, settings) as run,
    ):
        serving = [run.start(*serve, ASSURANCE_PORT=str(port)) for port in ports]
        jobs = [run.start(*flask, "jobs", "run") for _ in range(2)]
        run.start(*flask, "duties", "run")
        run.start("nginx", "-c", str(configuration), "-g", "daemon off;")
        until(lambda: all(map(is_ready, ports)), run.said)
        company = Browser(proxy, web_folder / "chain.pem")
        signed_in, _ = company.send("/sign-in", {"email": lead.email, "password": PASSWORD})
        for number, port in enumerate(ports):
            company.send(f"{url}/questions/{QUESTION}", {PART: f"Kept at {number}"})
            serving[number].terminate()
            # Meanwhile the other serves, and nobody notices.
            company.send(f"{url}/questions/{QUESTION}", {PART: f"And meanwhile at {number}"})
            serving[number].wait(60)
            serving[number] = run.start(*serve, ASSURANCE_PORT=str(port))
            until(lambda port=port: is_ready(port), run.said)
        files = f"{url}/questions/{QUESTION}/{FILE_PART}/files"
        # Larger than what is read at once, so that it streams through proxy, service and bucket.
        large = PDF.replace(b"trailer", b"%" + b"x" * (9 << 20) + b"\ntrailer")
        company.send(files, {"title": "Plan"}, ("plan.pdf", large))
        jobs[0].terminate()
        submitted, receipt = company.send(
            f"{url}/check", {"agreed": "yes", "knows_missing": "yes", "declared_by": "Mara Voss"}
        )
        answer = company.get(f"{url}/questions/{QUESTION}")
        until(lambda: is_sent() and has_done_its_duties(), run.said)
        plainly = plain_answer(proxy + 1)
        said = run.said()

    assert not signed_in.endswith("/sign-in")
    assert "And meanwhile at 1" in answer
    assert "/check" not in submitted
    assert "receipt" in receipt.lower()
    assert len(db.session.scalars(select(Submission)).all()) == 1
    [evidence] = db.session.scalars(select(Evidence)).all()
    assert evidence.size == len(large)
    assert not list((tmp_path / "files").rglob("*.*")) if (tmp_path / "files").exists() else True
    assert plainly == {"GET": 301, "POST": 403}
    assert jobs[0].poll() == 0
    assert "Traceback" not in said


def is_sent():
    db.session.rollback()
    mails = db.session.scalars(select(Message)).all()
    return bool(mails) and all(one.sent_at is not None for one in mails)


def has_done_its_duties():
    done = db.session.scalars(select(DutyDone)).all()
    return bool(done) and all(one.through is not None for one in done)


def plain_answer(port):
    """Return what is answered to who comes unencrypted."""
    found = {}
    for method in ("GET", "POST"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request(method, "/sign-in")
        found[method] = connection.getresponse().status
        connection.close()
    return found
