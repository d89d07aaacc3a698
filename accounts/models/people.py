"""Tables of organisations, their people, the roles people hold, and who is signed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.rules.roles import OrganisationKind, Role
from foundation.database import Base
from foundation.tokens import new_token


class Organisation(Base):
    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    kind: Mapped[OrganisationKind]
    # What people call it; the legal name is what a contract must say.
    name: Mapped[str]
    legal_name: Mapped[str]
    # None for authorities, and for suppliers registered abroad.
    company_number: Mapped[str | None]


class Person(Base):
    __tablename__ = "person"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower_case"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    # Empty for somebody who has no password: he signs in another way, or sets one by a link.
    password_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    # None for one that was set before it was noted.
    password_set_at: Mapped[datetime | None]


class Membership(Base):
    """A role is held by a person in an organisation, for everything there or for one tender."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id", "role", "tender_id"),
        # SQL thinks two empty tender_ids differ, so the constraint above does not see them.
        Index(
            "uq_membership_everywhere",
            "person_id",
            "organisation_id",
            "role",
            unique=True,
            sqlite_where=text("tender_id IS NULL"),
            postgresql_where=text("tender_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[Role]
    # None: every tender of the organisation. No foreign key, because tenders come later.
    tender_id: Mapped[int | None]

    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()


class SignInSession(Base):
    """One signed-in browser. Deleting the row signs it out at once."""

    __tablename__ = "sign_in_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    # SHA-256 of the token in the cookie: who reads the database cannot sign in with it.
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    # So that a person can tell his sign-ins apart; shortened.
    user_agent: Mapped[str]
    # What shows this sign-in in the list of one's own and takes it back: never the cookie's token.
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    # When the person last proved again who he is; what must not be done at a screen left open asks.
    proven_at: Mapped[datetime | None]
    # "password", "password and code", "recovery code", "passkey", "password and passkey",
    # "provider" (a second factor of its own counted), "provider alone" or "provider and code".
    proven_by: Mapped[str] = mapped_column(default="password")
    # The provider that said who it is: this sign-in acts for its authority and for no other.
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("sign_in_provider.id"))


class Invitation(Base):
    """An offer to join an organisation, sent to an e-mail address; used once."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    # SHA-256 of the secret in the link: who reads the database cannot accept it.
    secret_hash: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    email: Mapped[str]
    role: Mapped[Role]
    # None: every tender. No foreign key, because tenders come later.
    tender_id: Mapped[int | None]
    # None: whoever runs the service invited, by a command.
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class Registration(Base):
    """A company that wants an account: the link sent to an address of its, used once."""

    __tablename__ = "registration"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    # SHA-256 of the secret in the link: who reads the database cannot use it.
    secret_hash: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str] = mapped_column(index=True)
    # The token of the tender whose link led here; empty for none. It is shown first afterwards.
    tender_token: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
