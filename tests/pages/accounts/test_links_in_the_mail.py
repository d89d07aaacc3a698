"""The link of an invitation travels by e-mail and is not left lying about afterwards."""

from __future__ import annotations

import socket
from contextlib import closing
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from foundation import jobs
from foundation.database import db
from foundation.mail import FORGOTTEN, Message
from foundation.settings import MailServer

NEW = "new@example.test"


class Kept:
    """What the mail server took."""

    def __init__(self) -> None:
        self.contents = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.contents.append(envelope.content.decode())
        return "250 OK"


@pytest.fixture
def mail_server(app):
    kept = Kept()
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    server = MailServer(host="127.0.0.1", port=port, encrypted=False, user="", password="")
    app.extensions["settings"] = replace(
        app.extensions["settings"], smtp=server, mail_from="noreply@hollowmere.example"
    )
    yield kept
    controller.stop()


def test_once_the_mail_is_on_its_way_its_text_is_forgotten_and_the_link_works(
    app, invite, links, mail_server
):
    invite(NEW)
    (link,) = links(NEW)

    jobs.run_due_jobs(app.extensions["job_handlers"])

    db.session.expire_all()
    message = db.session.scalars(select(Message).where(Message.recipient == NEW)).one()
    assert message.text == FORGOTTEN
    assert message.sent_at is not None
    assert link.removeprefix("/invitations/") in mail_server.contents[0].replace("=\r\n", "")
    assert app.test_client().get(link).status_code == 200


def test_without_a_mail_server_whoever_runs_the_service_finds_the_link_in_the_outbox(
    app, invite, links
):
    invite(NEW)

    jobs.run_due_jobs(app.extensions["job_handlers"])

    (letter,) = app.extensions["settings"].outbox_folder.iterdir()
    (link,) = links(NEW)
    assert link.removeprefix("/invitations/") in letter.read_text().replace("=\n", "")
