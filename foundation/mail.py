"""E-mail: written down in the change it tells of, sent by a worker, once for each person.

A message holds no word of a bid: it says what happened and where to look.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import Text, UniqueConstraint, select
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


def post(kind: str, about: str, recipients: Iterable[str], subject: str, text: str) -> int:
    """Write one message for each address, in the caller's transaction(); return how many.

    An address that has this message already gets no second one.
    """
    with transaction():
        known = set(
            db.session.scalars(
                select(Message.recipient).where(Message.kind == kind, Message.about == about)
            )
        )
        wanted = [address for address in dict.fromkeys(recipients) if address not in known]
        for address in wanted:
            message = Message(
                token=new_token(),
                kind=kind,
                about=about,
                recipient=address,
                subject=" ".join(subject.split()),
                text=text,
                written_at=clock.now(),
            )
            db.session.add(message)
            jobs.enqueue(SEND, message.token)
    return len(wanted)


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
