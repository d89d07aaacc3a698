"""The forms about the contract terms: the company's word, and one thing it objects to."""

from __future__ import annotations

from wtforms import HiddenField

from foundation.fields import Choice, Form, RadiosField, SelectField, TextAreaField
from supplier_portal.rules.terms import LONGEST_TEXT, Word


class TermsForm(Form):
    """The company's word on the set of terms shown."""

    terms = RadiosField("The contract terms", choices=[Choice(word, word) for word in Word])
    terms_shown = HiddenField()


class QualificationForm(Form):
    """One thing a bid objects to; ``version`` is that of the list it was written upon."""

    clause = SelectField("Clause you object to")
    objects_to = TextAreaField(
        "What you object to",
        hint="Name the sub-clause, or quote the words.",
        most_characters=LONGEST_TEXT,
        rows=4,
    )
    proposes = TextAreaField("Wording you propose instead", most_characters=LONGEST_TEXT, rows=4)
    reason = TextAreaField("Why", most_characters=LONGEST_TEXT, rows=4)
    version = HiddenField()
