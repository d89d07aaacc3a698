"""The forms about people: signing in, joining, inviting, and what somebody may do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from wtforms import HiddenField

from accounts.rules.invitations import LONGEST_NAME, MOST_AT_ONCE, WrongAddresses
from accounts.rules.people import IN_WORDS, roles_to_give
from accounts.rules.roles import OrganisationKind, Role
from foundation.errors import DomainError
from foundation.fields import (
    CheckboxesField,
    Choice,
    Form,
    PasswordField,
    RadiosField,
    TextAreaField,
    TextField,
    required,
)


class ButtonForm(Form):
    """A button that changes something, and nothing to fill in."""


class SignInForm(Form):
    email = TextField(
        "Email address",
        validators=[required("Enter your email address")],
        input_type="email",
        autocomplete="username",
        spellcheck=False,
    )
    password = PasswordField(
        "Password",
        validators=[required("Enter your password")],
        autocomplete="current-password",
    )
    # Where the person wanted to go, and the form he had sent when the session was over.
    next = HiddenField()
    kept = HiddenField()


class JoinForm(ButtonForm):
    """What an account needs besides the address."""

    name = TextField(
        "Your full name",
        hint="Your colleagues see it beside what you write. "
        f"{LONGEST_NAME} characters at the most.",
        validators=[required("Enter your full name")],
        autocomplete="name",
    )
    password = PasswordField(
        "Choose a password",
        hint="12 to 1,024 characters, any you like, spaces too. Three words that do not belong "
        "together are easy to remember and hard to guess. It is never changed or cut.",
        validators=[required("Enter a password")],
        autocomplete="new-password",
    )


class InviteForm(Form):
    emails = TextAreaField(
        "Email addresses",
        hint=f"One a line, {MOST_AT_ONCE} at the most. Each person gets a link of their own.",
        rows=5,
        validators=[required("Enter at least one email address")],
    )
    role = RadiosField("What they may do", validators=[required("Select a role")])

    @classmethod
    def of(cls, kind: OrganisationKind) -> Self:
        """Return the form with the roles people of such an organisation can hold."""
        form = cls()
        form.role.choices = role_choices(kind)
        return form

    def show(self, error: DomainError) -> None:
        """Show what is wrong at its field: each line with an error of its own."""
        messages = list(map(str, error.lines)) if isinstance(error, WrongAddresses) else []
        for message in messages or [str(error)]:
            self.add_error(message, error.field)


class RolesForm(Form):
    roles = CheckboxesField("What may they do?")

    @classmethod
    def of(cls, kind: OrganisationKind, held: Iterable[Role], question: str = "") -> Self:
        form = cls(roles=[role.value for role in Role if role in set(held)])
        if question:
            form.roles.label.text = question
        form.roles.choices = role_choices(kind)
        if form.is_submitted():
            # The choices were not known when the form read what was sent; nothing sent is none.
            form.roles.process_formdata(form.roles.raw_data or [])
        return form

    @property
    def chosen(self) -> set[Role]:
        return {Role(value) for value in self.roles.data or []}


def role_choices(kind: OrganisationKind) -> list[Choice]:
    return [
        Choice(role.value, IN_WORDS[role].name, _sentence(IN_WORDS[role].allows))
        for role in roles_to_give(kind)
    ]


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:]
