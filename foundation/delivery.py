"""Delivering messages: handed to the mail server, or written to the outbox folder if there is none.

A message is delivered at least once. A worker killed between the mail server's "yes" and the note
of it hands the same message over again, under the same Message-ID, by which mail programs know it
for the one they have.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from flask import current_app
from sqlalchemy import select

from foundation import clock, jobs
from foundation.database import db, transaction
from foundation.keys import make_private_folder, write_private_file
from foundation.mail import CARRY_A_SECRET, FORGOTTEN, SEND, Message
from foundation.settings import MailServer, Settings

SENDER = "Supplier Assurance"
TIMEOUT_SECONDS = 15
# A mail server that is away is tried again at growing intervals, for as long as it makes sense.
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=3)
# After a failure to reach the server other messages wait too, instead of each trying in vain.
REST = timedelta(seconds=30)
PERMANENT = 500
RESTS_UNTIL = "mail_rests_until"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

logger = logging.getLogger(__name__)


class CannotDeliver(Exception):
    """This message will never arrive: its address is wrong, or the server refuses it for good."""


class Unprotected(OSError):
    """The password would travel in the clear, because the server offers no encryption."""


def deliver(subject: str, payload: Mapping[str, Any]) -> None:
    """Do the job "mail.send": deliver the message whose token is ``subject``, unless it is done."""
    message = db.session.scalars(select(Message).where(Message.token == subject)).one_or_none()
    # A mail server may take its time; nothing of the database is held meanwhile.
    db.session.commit()
    if message is None or message.sent_at is not None or message.gave_up_at is not None:
        return
    try:
        _hand_over(message)
    except CannotDeliver as error:
        logger.error("Message %s cannot be delivered: %s", subject, error)
        _note(subject, gave_up_at=clock.now())
    except (OSError, UnicodeError) as error:
        _put_off(message, int(payload.get("tries", 0)), error)
    else:
        _note(subject, sent_at=clock.now())


def written(message: Message, settings: Settings) -> EmailMessage:
    """Return the message as it travels; the same at every attempt. Raises CannotDeliver."""
    mail = EmailMessage(policy=SMTP)
    domain = settings.mail_from.rpartition("@")[2]
    try:
        mail["From"] = Address(SENDER, addr_spec=settings.mail_from)
        mail["To"] = Address(addr_spec=message.recipient)
        mail["Subject"] = message.subject
        mail["Date"] = message.written_at
        mail["Message-ID"] = f"<{message.token}@{domain}>"
        # Keeps "I am away" from answering.
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
    except (MessageError, ValueError, IndexError) as error:
        # Line breaks in a header, two addresses in one field, none at all.
        raise CannotDeliver(f"it has no proper form ({type(error).__name__})") from None
    return mail


def _hand_over(message: Message) -> None:
    settings: Settings = current_app.extensions["settings"]
    mail = written(message, settings)
    if settings.smtp is None:
        make_private_folder(settings.outbox_folder)
        write_private_file(settings.outbox_folder / f"{message.token}.eml", mail.as_bytes())
        return
    resting: datetime | None = current_app.extensions.get(RESTS_UNTIL)
    if resting is not None and clock.now() < resting:
        raise ConnectionError("The mail server was away a moment ago")
    try:
        _send(settings.smtp, mail, settings.mail_from, message.recipient)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        code = _code(error, message.recipient)
        if code >= PERMANENT:
            raise CannotDeliver(f"the mail server refused it with {code}") from None
        raise
    except OSError as error:
        # All that smtplib raises is one of these.
        if isinstance(error, smtplib.SMTPNotSupportedError) and not message.recipient.isascii():
            raise CannotDeliver("the mail server takes no address outside ASCII") from None
        current_app.extensions[RESTS_UNTIL] = clock.now() + REST
        raise


def _send(server: MailServer, mail: EmailMessage, sender: str, recipient: str) -> None:
    context = ssl.create_default_context()
    if server.encrypted:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    with connection:
        connection.ehlo()
        protected = server.encrypted
        if not protected and connection.has_extn("starttls"):
            connection.starttls(context=context)
            connection.ehlo()
            protected = True
        if server.user:
            if not (protected or server.host in LOOPBACK):
                raise Unprotected
            connection.login(server.user, server.password)
        connection.send_message(mail, sender, [recipient])


def _code(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError, recipient: str) -> int:
    if isinstance(error, smtplib.SMTPDataError):
        return int(error.smtp_code)
    return int(error.recipients.get(recipient, (0, b""))[0])


def _put_off(message: Message, tries: int, error: Exception) -> None:
    """Ask for another attempt. The reason is logged by its kind: a server may quote what it got."""
    moment = clock.now()
    if moment - message.written_at >= GIVEN_UP_AFTER:
        logger.error("Message %s is given up after %s", message.token, GIVEN_UP_AFTER)
        _note(message.token, gave_up_at=moment)
        return
    code = getattr(error, "smtp_code", None)
    logger.warning("Message %s waits: %s %s", message.token, type(error).__name__, code or "")
    wait = min(FIRST_WAIT * 2 ** min(tries, 20), LONGEST_WAIT)
    jobs.enqueue(SEND, message.token, {"tries": tries + 1}, run_at=moment + wait)


def _note(token: str, **moments: datetime) -> None:
    with transaction():
        message = db.session.scalars(
            select(Message)
            .where(Message.token == token)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()
        for name, moment in moments.items():
            if getattr(message, name) is None:
                setattr(message, name, moment)
        # Without a mail server the outbox keeps the text, and whoever runs the service needs it.
        settings: Settings = current_app.extensions["settings"]
        if message.kind in CARRY_A_SECRET and settings.smtp is not None:
            message.text = FORGOTTEN
