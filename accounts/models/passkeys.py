"""Tables of passkeys, and of what a browser was asked to sign with one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models.people import Person
from foundation.database import Base
from foundation.tokens import new_token


class Passkey(Base):
    """A key on a device of somebody's (WebAuthn), of which only the public half is known here."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    # What the device calls it, and by what name the device knows the person: random bytes, the same
    # for all passkeys of a person, that stand nowhere else.
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    user_handle: Mapped[bytes]
    # As the device gave it (COSE).
    public_key: Mapped[bytes]
    # How often the device says it was used: 0 for ever where the device does not count.
    sign_count: Mapped[int] = mapped_column(BigInteger)
    # How a browser reaches the device ("internal", "usb", "hybrid", …), with spaces between.
    transports: Mapped[str]
    # What its owner calls it.
    name: Mapped[str]
    # Whether it may be copied to other devices of its owner, and whether it has been.
    may_be_copied: Mapped[bool]
    is_copied: Mapped[bool]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class PasskeyChallenge(Base):
    """What a browser was asked to sign a moment ago; the first answer removes it."""

    __tablename__ = "passkey_challenge"

    id: Mapped[int] = mapped_column(primary_key=True)
    # SHA-256 of the bytes to sign, and of what stands for the visit or the sign-in that asked.
    challenge_hash: Mapped[str] = mapped_column(unique=True)
    bound_hash: Mapped[str]
    # "sign-in", "second step", "prove" or "add".
    purpose: Mapped[str]
    # By what name a new passkey is to know its person; empty where none is made.
    user_handle: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(index=True)
