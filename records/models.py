"""What is published and kept of a tender: open data, what is withheld, how long it is kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base
from foundation.tokens import new_token
from records.rules.kinds import RecordKind


class OpenDataRelease(Base):
    """An OCDS release about one event of a tender. Never changed."""

    __tablename__ = "open_data_release"
    __table_args__ = (UniqueConstraint("tender_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    # 1, 2, 3 … for the tender.
    number: Mapped[int]
    # What happened, such as tender, tenderUpdate or award, and the hash or token of just that.
    tag: Mapped[str]
    about: Mapped[str]
    # Canonical JSON and its SHA-256.
    text: Mapped[str] = mapped_column(Text, deferred=True)
    sha256: Mapped[str]
    made_at: Mapped[datetime]


class Withheld(Base):
    """A part of the record that is not given out, by which exemption and why."""

    __tablename__ = "withheld"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    # The path of the part in the pack, or the beginning of several paths.
    item: Mapped[str]
    # An id of content/exemptions.yml.
    exemption: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # Given out after all: when, by whom and why. Nothing else of a row is ever changed.
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    lifted_because: Mapped[str | None] = mapped_column(Text)


class Retention(Base):
    """Until when the content of a tender is kept, and that it was destroyed then. Only added;
    the highest id of a tender counts."""

    __tablename__ = "retention"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    keep_until: Mapped[date]
    # The day the law counts from: of the contract, the award or the notice of termination.
    counted_from: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # Set in a row of its own: from then on only hashes are left.
    destroyed_at: Mapped[datetime | None]


class MadeRecord(Base):
    """A file made of the record: of one tender, or of everything an authority owns."""

    __tablename__ = "made_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    authority_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    # None for what an authority owns as a whole.
    tender_id: Mapped[int | None] = mapped_column(ForeignKey("tender.id"), index=True)
    # The bid whose schedule it is; None for what is about more than one.
    bid_id: Mapped[int | None] = mapped_column(ForeignKey("bid.id"), index=True)
    kind: Mapped[RecordKind]
    # What was wished for: switches and ids only.
    options: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # Once a job has made it: where the encrypted bytes lie (foundation.files), and what they are.
    made_at: Mapped[datetime | None]
    stored_name: Mapped[str | None]
    size: Mapped[int | None]
    sha256: Mapped[str | None]
    # The file's own key, wrapped for "record:<token>"; gone with the content of the tender.
    wrapped_key: Mapped[str | None] = mapped_column(Text)
    # Why it could not be made, in words; empty otherwise.
    failed_because: Mapped[str] = mapped_column(default="")


class CalendarAddress(Base):
    """The address at which a person's calendar program fetches dates. Deleting it revokes it."""

    __tablename__ = "calendar_address"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # SHA-256 of the secret in the address: who reads the database cannot use it.
    secret_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    made_at: Mapped[datetime]


class SharingChoice(Base):
    """Whether an authority shows boroughs that do the same how suppliers stand. Only added."""

    __tablename__ = "sharing_choice"
    __table_args__ = (UniqueConstraint("authority_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]
    shares: Mapped[bool]
    why: Mapped[str] = mapped_column(Text)
    done_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]


class AnswersConsent(Base):
    """A supplier's word that an authority may read its answers under a contract with another.

    Only added; the highest number counts, and a word can be taken back.
    """

    __tablename__ = "answers_consent"
    __table_args__ = (UniqueConstraint("contract_id", "authority_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    # Who asked to read.
    authority_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    number: Mapped[int]
    # None: asked for; else whether it was given.
    given: Mapped[bool | None]
    until: Mapped[date | None]
    words: Mapped[str] = mapped_column(Text)
    done_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]
