"""E-mail: written down in the change it tells of, sent by a worker, once for each person.

A message holds no word of a bid: it says what happened and where to look.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import Text, UniqueConstraint, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from foundation import clock, jobs
from foundation.database import Base, db, transaction
from foundation.tokens import new_token

SEND = "mail.send"

# Kinds of messages whose text is as good as a password: it is forgotten once it is on its way.
CARRY_A_SECRET: set[str] = set()
FORGOTTEN = "The text of this message held a secret and is not kept."


class Message(Base):
    __tablename__ = "mail_message"
    __table_args__ = (UniqueConstraint("kind", "about", "recipient"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    # What happened ("bid.submitted"), and the token or key of what it happened to: whoever was
    # told of it is not told again.
    kind: Mapped[str]
    about: Mapped[str]
    recipient: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    # When it was handed over; or when it was given up, because it can never arrive.
    sent_at: Mapped[datetime | None]
    gave_up_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Letter:
    """What is written to several people: what it is about, as Message says, and the words."""

    about: str
    recipients: tuple[str, ...]
    subject: str
    text: str


def post(kind: str, about: str, recipients: Iterable[str], subject: str, text: str) -> int:
    """Write one message for each address, in the caller's transaction(); return how many.

    An address that has this message already gets no second one.
    """
    return post_each(kind, [Letter(about, tuple(recipients), subject, text)])


def post_each(kind: str, letters: Sequence[Letter]) -> int:
    """Write several letters of one kind as post() does; return how many messages they make.

    As many statements for many as for one.
    """
    with transaction():
        known = {
            (about, address)
            for about, address in db.session.execute(
                select(Message.about, Message.recipient).where(
                    Message.kind == kind, Message.about.in_([one.about for one in letters])
                )
            )
        }
        messages = [
            {
                "token": new_token(),
                "kind": kind,
                "about": letter.about,
                "recipient": address,
                "subject": " ".join(letter.subject.split()),
                "text": letter.text,
                "written_at": clock.now(),
            }
            for letter in letters
            for address in dict.fromkeys(letter.recipients)
            if (letter.about, address) not in known
        ]
        if messages:
            db.session.execute(insert(Message), messages)
            jobs.enqueue_new(SEND, [str(message["token"]) for message in messages])
    return len(messages)


def link(endpoint: str, **values: Any) -> str:
    """Return the full address of a page, the same whether a request or a job asks for it."""
    path = current_app.url_map.bind("service").build(endpoint, values)
    return str(current_app.extensions["settings"].address) + path


def messages_to(address: str, *, most: int = 50) -> list[Message]:
    """Return what was written to one address, the newest first."""
    found = db.session.scalars(
        select(Message)
        .where(Message.recipient == address)
        .order_by(Message.written_at.desc(), Message.id.desc())
        .limit(most)
    )
    return list(found)
