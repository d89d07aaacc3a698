"""Messages: written with the change, delivered by a worker to a real mail server, once each."""

from __future__ import annotations

import email
import email.policy
import ipaddress
import logging
import re
import socket
import ssl
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import delivery, jobs, mail
from foundation.database import db, transaction
from foundation.jobs import Job, JobState
from foundation.settings import MailServer
from tests.factories import make_person

NOON = datetime(2026, 12, 4, 12, tzinfo=UTC)
PASSWORD = "hunter2 of the mail server"
LINK_TO_REGISTER = re.compile(r'href="http://127.0.0.1:8000(/register/[^"]+)"')


class Kept:
    """What the mail server took; ``refuse`` maps an address, or "DATA", to what it answers."""

    def __init__(self) -> None:
        self.taken = []
        self.refuse = {}
        self.signed_in = []

    async def handle_RCPT(  # noqa: N802  # the name aiosmtpd looks for
        self, _server, _session, envelope, address, _options
    ):
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        if "DATA" in self.refuse:
            return self.refuse["DATA"]
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 OK"

    def authenticate(self, _server, _session, _envelope, _mechanism, login):
        self.signed_in.append((login.login.decode(), login.password.decode()))
        # handled: whether an answer was sent already; without one the client waits in vain.
        return AuthResult(success=login.password.decode() == PASSWORD, handled=False)


@pytest.fixture
def server(app):
    """A mail server on this machine, and the application set to use it."""
    yield from serving(app)


@pytest.fixture
def certificate(tmp_path):
    """A certificate for this machine and its key, in one file; signed by nobody but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    begins = datetime.now(UTC) - timedelta(days=1)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=3))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "mail.pem"
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, form, plain)
    )
    return path


@pytest.fixture
def encrypting_server(app, certificate):
    """A mail server that takes nothing before STARTTLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    yield from serving(app, tls_context=context, require_starttls=True)


def serving(app, **options):
    kept = Kept()
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(
        kept,
        hostname="127.0.0.1",
        port=port,
        authenticator=kept.authenticate,
        auth_require_tls=False,
        **options,
    )
    controller.start()
    set_mail_server(app, port=port)
    yield SimpleNamespace(kept=kept, port=port, stop=controller.stop)
    if controller.server is not None:
        controller.stop()


def set_mail_server(app, *, host="127.0.0.1", port, user="", password=""):
    settings = app.extensions["settings"]
    changed = {
        "smtp": MailServer(host=host, port=port, encrypted=False, user=user, password=password),
        "mail_from": "noreply@hollowmere.example",
    }
    app.extensions["settings"] = replace(settings, **changed)


def post(*recipients, about="t", subject="Your bid is submitted", text="See the page.\n"):
    with transaction():
        return mail.post("bid.submitted", about, recipients, subject, text)


def work(app):
    return jobs.run_due_jobs(app.extensions["job_handlers"])


def message(recipient):
    db.session.expire_all()
    return db.session.scalars(select(mail.Message).where(mail.Message.recipient == recipient)).one()


def job_of(recipient):
    return db.session.scalars(select(Job).where(Job.subject == message(recipient).token)).one()


def parsed(content):
    return email.message_from_bytes(content, policy=email.policy.default)


@pytest.mark.both_databases
def test_each_person_gets_one_message_of_his_own(app, server):
    post("mara@example.test", "tom@example.test", "mara@example.test")
    post("mara@example.test", "tom@example.test")

    work(app)
    work(app)

    assert [to for _from, to, _content in server.kept.taken] == [
        ["mara@example.test"],
        ["tom@example.test"],
    ]
    one = parsed(server.kept.taken[0][2])
    assert (one["To"], one["Subject"]) == ("mara@example.test", "Your bid is submitted")
    assert one["From"] == "Supplier Assurance <noreply@hollowmere.example>"
    assert one["Auto-Submitted"] == "auto-generated"
    assert one.get_content() == "See the page.\r\n"


def test_what_is_written_survives_the_way(app, server):
    text = (
        "Überall “copies”, 🙂 and a line of more than a thousand letters: " + "x" * 1200 + "\n.\n"
    )
    post("mara@example.test", subject="Abgabe bestätigt 🙂", text=text)

    work(app)

    taken = parsed(server.kept.taken[0][2])
    assert taken["Subject"] == "Abgabe bestätigt 🙂"
    assert taken.get_content().replace("\r\n", "\n") == text


def test_a_worker_killed_after_sending_sends_the_same_message_again(app, server):
    post("mara@example.test")
    delivery._hand_over(message("mara@example.test"))  # and then the power went

    work(app)

    first, second = (parsed(content) for _from, _to, content in server.kept.taken)
    assert first["Message-ID"] == second["Message-ID"]
    assert first.as_string() == second.as_string()


@pytest.mark.parametrize(
    "subject", ["Bid\r\nBcc: all@example.test", "Bid\nBcc: x@y", "a\x0bb\x85c"]
)
def test_a_subject_is_one_line(app, server, subject):
    post("mara@example.test", subject=subject)

    work(app)

    taken = parsed(server.kept.taken[0][2])
    assert taken["Bcc"] is None
    assert taken["Subject"] == " ".join(subject.split())
    assert server.kept.taken[0][1] == ["mara@example.test"]


@pytest.mark.parametrize(
    "address",
    [
        "mara@example.test\r\nBcc: all@example.test",
        "mara@example.test, all@example.test",
        "mara@example.test> <all@example.test",
        "mara",
        "",
    ],
    ids=["another header", "two", "brackets", "no domain", "empty"],
)
def test_what_is_not_one_address_is_sent_nowhere_and_given_up(app, server, address):
    post(address)

    work(app)

    assert server.kept.taken == []
    assert message(address).gave_up_at is not None
    assert job_of(address).state is JobState.DONE


def test_an_address_the_server_refuses_for_good_is_not_tried_again(app, server, caplog):
    server.kept.refuse["gone@example.test"] = "550 No such person"
    post("gone@example.test", "mara@example.test")

    work(app)

    assert [to for _from, to, _content in server.kept.taken] == [["mara@example.test"]]
    assert (message("gone@example.test").sent_at, work(app)) == (None, 0)
    assert message("gone@example.test").gave_up_at is not None
    assert job_of("gone@example.test").state is JobState.DONE
    assert "gone@example.test" not in caplog.text


@pytest.mark.parametrize("where", ["mara@example.test", "DATA"])
def test_a_server_that_says_later_is_asked_again_later(app, server, at, where):
    at(NOON)
    server.kept.refuse[where] = "451 Come back"
    post("mara@example.test")
    work(app)
    waiting = job_of("mara@example.test").run_at
    server.kept.refuse.clear()

    too_early = work(app)
    at(NOON + delivery.FIRST_WAIT)
    work(app)

    assert (waiting, too_early) == (NOON + delivery.FIRST_WAIT, 0)
    assert len(server.kept.taken) == 1
    assert message("mara@example.test").sent_at == NOON + delivery.FIRST_WAIT


def test_a_message_is_given_up_after_three_days_and_not_before(app, server, at):
    at(NOON)
    server.stop()
    post("mara@example.test")
    given_up = []
    for moment in (NOON, NOON + delivery.GIVEN_UP_AFTER - timedelta(seconds=1), None):
        at(moment or job_of("mara@example.test").run_at)
        work(app)
        given_up.append(message("mara@example.test").gave_up_at is not None)

    assert given_up == [False, False, True]


@pytest.mark.slow
def test_a_server_that_is_away_is_tried_for_three_days(app, server, at):
    at(NOON)
    server.stop()
    post("mara@example.test")
    moment, tries = NOON, 0
    while (taken := work(app)) or job_of("mara@example.test").state is JobState.WAITING:
        tries += taken
        moment = max(moment, job_of("mara@example.test").run_at)
        at(moment)

    assert message("mara@example.test").gave_up_at == moment
    assert moment - NOON >= delivery.GIVEN_UP_AFTER
    assert 70 < tries < 90


def test_while_the_server_is_away_other_messages_wait_without_trying(app, server, at):
    at(NOON)
    server.stop()
    post("mara@example.test", "tom@example.test")

    work(app)

    assert app.extensions[delivery.RESTS_UNTIL] == NOON + delivery.REST
    assert job_of("tom@example.test").run_at == NOON + delivery.FIRST_WAIT


def test_the_service_signs_in_and_never_logs_its_password(app, server, caplog):
    caplog.set_level(logging.DEBUG)
    set_mail_server(app, port=server.port, user="assurance", password=PASSWORD)
    post("mara@example.test")
    work(app)
    set_mail_server(app, port=server.port, user="assurance", password="wrong words")
    post("tom@example.test")
    work(app)

    assert server.kept.signed_in[0] == ("assurance", PASSWORD)
    assert len(server.kept.taken) == 1
    assert message("tom@example.test").gave_up_at is None
    ours = [each for each in caplog.records if not each.name.startswith("mail")]
    logged = " ".join(each.getMessage() for each in ours)
    assert not any(word in logged for word in (PASSWORD, "wrong words"))


def test_a_password_does_not_travel_in_the_clear(app, server, monkeypatch):
    monkeypatch.setattr(delivery, "LOOPBACK", frozenset())
    set_mail_server(app, port=server.port, user="assurance", password=PASSWORD)
    post("mara@example.test")

    work(app)

    assert (server.kept.signed_in, server.kept.taken) == ([], [])
    assert job_of("mara@example.test").state is JobState.WAITING


def test_a_line_is_encrypted_where_the_server_offers_it(
    app, encrypting_server, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(delivery, "LOOPBACK", frozenset())
    set_mail_server(app, port=encrypting_server.port, user="assurance", password=PASSWORD)
    post("mara@example.test")

    work(app)

    assert encrypting_server.kept.signed_in == [("assurance", PASSWORD)]
    assert len(encrypting_server.kept.taken) == 1


def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(app, encrypting_server):
    post("mara@example.test")

    work(app)

    assert (encrypting_server.kept.taken, message("mara@example.test").sent_at) == ([], None)
    assert job_of("mara@example.test").state is JobState.WAITING


def test_without_a_mail_server_messages_are_written_to_the_outbox(app):
    post("mara@example.test")

    work(app)

    (path,) = app.extensions["settings"].outbox_folder.iterdir()
    found = message("mara@example.test")
    assert path.name == f"{found.token}.eml"
    assert parsed(path.read_bytes())["To"] == "mara@example.test"
    assert path.stat().st_mode & 0o077 == 0
    assert found.sent_at is not None


def test_a_message_of_a_change_that_failed_was_never_written(app):
    def fails():
        with transaction():
            mail.post("bid.submitted", "t", ["mara@example.test"], "Subject", "Text")
            raise LookupError

    with pytest.raises(LookupError):
        fails()

    assert db.session.scalars(select(mail.Message)).all() == []


def test_a_message_that_is_no_longer_there_is_nothing_to_do(app):
    assert delivery.deliver("nothing", {}) is None


def test_a_link_is_the_same_in_a_request_and_in_a_job(app):
    outside = mail.link("supplier_portal.task_list", bid="a" * 22)
    with app.test_request_context(base_url="https://elsewhere.example"):
        inside = mail.link("supplier_portal.task_list", bid="a" * 22)

    assert outside == inside == f"http://127.0.0.1:8000/bids/{'a' * 22}"


def test_in_the_demonstration_everybody_sees_the_messages_written_to_him(app, client_for):
    settings = app.extensions["settings"]
    mara, tom = make_person(Role.BID_LEAD), make_person(Role.OFFICER)
    post(mara.email, subject="For Mara <b>alone</b>", text="See http://127.0.0.1/bids/x\nNow")
    outside = client_for(mara).get("/outbox").status_code
    app.extensions["settings"] = replace(settings, demonstration=True)

    page = client_for(mara).get("/outbox").text

    assert outside == 404
    assert "For Mara &lt;b&gt;alone&lt;/b&gt;" in page
    assert 'href="http://127.0.0.1/bids/x"' in page
    assert 'href="/outbox"' in page
    assert "For Mara" not in client_for(tom).get("/outbox").text
    assert app.test_client().get("/outbox").status_code == 302


def test_in_the_demonstration_whoever_has_no_account_can_follow_the_links_in_the_mail(app):
    address = "/demonstration/mail"
    outside = app.test_client().get(address).status_code
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, demonstration=True)
    person = make_person(Role.BID_LEAD)
    post(person.email, subject="For the person", text="Text")
    visitor = app.test_client()

    visitor.post("/register", data={"email": "New@Newco.example"})
    sent = visitor.get("/register/sent")
    found = visitor.get(address, query_string={"to": "new@newco.example "}).text
    link = LINK_TO_REGISTER.search(found).group(1)
    theirs = visitor.get(address, query_string={"to": person.email}).text

    assert outside == 404
    assert sent.text.count(f'href="{address}"') == 2
    assert visitor.get(link).status_code == 200
    assert (theirs.count("For the person"), theirs.count("has an account")) == (0, 1)


@pytest.mark.parametrize("typed", ["", "no address", "a" * 5000 + "@x.example"])
def test_what_is_no_address_has_no_mail_in_the_demonstration(typed, app):
    app.extensions["settings"] = replace(app.extensions["settings"], demonstration=True)

    answer = app.test_client().get("/demonstration/mail", query_string={"to": typed})

    assert (answer.status_code, answer.text.count("There is a problem")) == (422, 1)
