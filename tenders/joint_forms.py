"""The forms about buying together: asking an authority, answering, and its people's roles."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Organisation
from accounts.queries import Member
from accounts.rules.people import IN_WORDS
from accounts.rules.roles import GUEST_ROLES
from foundation.fields import Choice, Form, RadiosField, SelectField, TextAreaField, required
from tenders.rules.joint import LONGEST_REASON


class AskForm(Form):
    authority = SelectField(
        "Authority",
        [required("Select an authority")],
        hint="Authorities that use this service. Ask one that is missing to be added by whoever "
        "runs it.",
    )
    because = TextAreaField(
        "What you ask of it, and why",
        [required("Enter what you ask of it, and why")],
        hint="Its officers read this before they decide. Until they agree they cannot see the "
        "tender.",
        most_characters=LONGEST_REASON,
        rows=4,
    )

    @classmethod
    def of(cls, authorities: Iterable[Organisation]) -> AskForm:
        form = cls()
        form.authority.choices = [
            Choice("", "Select an authority"),
            *(Choice(one.token, one.name) for one in authorities),
        ]
        return form


class AgreeForm(Form):
    because = TextAreaField(
        "By whose decision (optional)",
        hint="For example the officer or meeting that decided, and when. Kept with the tender.",
        most_characters=LONGEST_REASON,
        rows=2,
    )


class ReasonForm(Form):
    reason = TextAreaField(
        "Reason",
        [required("Enter the reason")],
        hint="The other authority reads it. Kept with the tender.",
        most_characters=LONGEST_REASON,
        rows=3,
    )


class GiveRoleForm(Form):
    person = SelectField("Colleague", [required("Select a colleague")])
    role = RadiosField(
        "Role for this tender",
        [required("Select a role")],
        choices=[
            Choice(role, IN_WORDS[role].name, f"{IN_WORDS[role].allows.capitalize()}.")
            for role in GUEST_ROLES
        ],
    )
    because = TextAreaField(
        "Why this person",
        [required("Enter why this person")],
        hint="Your colleague and the officers of the tender read it. Kept with the tender.",
        most_characters=LONGEST_REASON,
        rows=2,
    )

    @classmethod
    def of(cls, colleagues: Iterable[Member]) -> GiveRoleForm:
        form = cls()
        form.person.choices = [
            Choice("", "Select a colleague"),
            *(Choice(one.token, f"{one.name}, {one.email}") for one in colleagues),
        ]
        return form
