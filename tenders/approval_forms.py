"""The forms of two people: to ask another, and to agree or refuse."""

from __future__ import annotations

from wtforms import HiddenField

from foundation.fields import Choice, Form, RadiosField, TextAreaField, required

LONGEST_NOTE = 1000
AGREE, REFUSE = "agree", "refuse"


class AskForm(Form):
    """``about`` is the hash of what the page showed, so that nothing else is asked for."""

    about = HiddenField()
    note = TextAreaField(
        "Note for the second person (optional)",
        hint="What to look at in particular. It is kept with the tender.",
        most_characters=LONGEST_NOTE,
        rows=3,
    )


class DecideForm(Form):
    """``about`` is the hash of what the page showed, so that nothing else is agreed to."""

    about = HiddenField()
    approval = HiddenField()
    decision = RadiosField("Your decision", [required("Select whether you agree")])
    reason = TextAreaField(
        "Reason",
        hint="Needed to refuse. Whoever asked reads it, and it is kept with the tender.",
        most_characters=LONGEST_NOTE,
        rows=3,
    )

    @classmethod
    def on(cls, agree: str) -> DecideForm:
        """Return the form with what agreeing leads to, in words."""
        form = cls()
        form.decision.choices = [Choice(AGREE, agree), Choice(REFUSE, "Refuse, with a reason")]
        return form
