"""The form with which a bid is handed in although bidding has closed."""

from __future__ import annotations

from foundation.fields import TextAreaField
from supplier_portal.forms import SubmitForm
from supplier_portal.rules.lateness import LONGEST_WHY


class LateForm(SubmitForm):
    why = TextAreaField(
        "Why is the bid late?",
        hint="The council reads this after the opening, before it decides. Do not say here what "
        "your bid says.",
        most_characters=LONGEST_WHY,
        rows=6,
    )
