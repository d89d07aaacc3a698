"""Choosing two editions to compare, and whether to move to a newer one."""

from __future__ import annotations

from foundation.fields import Choice, Form, RadiosField, TextField, required

STAY = "stay"


class MoveForm(Form):
    """``based_on`` is the edition the page showed as the authority's own."""

    decision = RadiosField(
        "What should your authority do?", [required("Select whether to move or to stay")]
    )
    based_on = TextField("Your edition")

    def __init__(self, now: str, offered: str) -> None:
        super().__init__(data={"based_on": now})
        self.decision.choices = [
            Choice(
                offered,
                f"Move to edition {offered}",
                "New tenders start from it, and your own packs move along. Drafts stay as they "
                "are.",
            ),
            Choice(STAY, f"Stay with edition {now}", "You can move at any time."),
        ]
