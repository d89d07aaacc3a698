"""The forms about lots: why divided or not, for how many one may bid, where a new lot begins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import ValidationError

from foundation.fields import (
    CheckboxesField,
    Choice,
    Form,
    NumberField,
    SelectField,
    TextAreaField,
    TextField,
    required,
)
from tenders.models import Procurement, Tender
from tenders.rules.lots import MOST_LOTS
from tenders.service.lots import Division

LONGEST_LINE, LONGEST_REASON = 200, 2000


class ShortTextField(TextField):
    def pre_validate(self, form: Any) -> None:
        if len(self.data or "") > LONGEST_LINE:
            raise ValidationError(f"Enter {LONGEST_LINE} characters or fewer")


class UndividedForm(Form):
    because = TextAreaField(
        "Why it is not divided into lots",
        [required("Enter why it is not divided into lots")],
        hint="Everybody reads it once the tender is published. For example: the parts only work "
        "together, or each alone would be too small to attract a bid.",
        most_characters=LONGEST_REASON,
        rows=4,
    )


class DivisionForm(Form):
    title = ShortTextField(
        "What is bought, all lots together", [required("Enter what is bought, all lots together")]
    )
    reference = ShortTextField(
        "Reference of the procurement",
        [required("Enter the reference of the procurement")],
        hint="Your own. Each lot keeps a reference of its own beside it.",
        width=20,
        spellcheck=False,
    )
    reason = TextAreaField(
        "Why it is divided as it is",
        [required("Enter why it is divided as it is")],
        hint="For example: so that small companies can bid for the part they are good at.",
        most_characters=LONGEST_REASON,
        rows=4,
    )
    most_bid = NumberField(
        "For how many lots may one supplier bid at most? (optional)",
        hint="Leave it empty if a supplier may bid for every lot.",
        lowest=1,
        highest=MOST_LOTS,
        width=3,
    )
    most_won = NumberField(
        "How many lots may one supplier win at most? (optional)",
        hint="Leave it empty if a supplier may win every lot.",
        lowest=1,
        highest=MOST_LOTS,
        width=3,
    )
    how_won = TextAreaField(
        "Which lots does a supplier win that would win more than it may? (optional)",
        hint="Needed if a supplier may bid for more lots than it may win. For example: the lots of "
        "the highest estimated value.",
        most_characters=LONGEST_REASON,
        rows=3,
    )

    @classmethod
    def of(
        cls, procurement: Procurement | None = None, first: Tender | None = None
    ) -> DivisionForm:
        """Return the form filled with what is decided; for a new one, with its first lot's."""
        if procurement is not None:
            names = ("title", "reference", "reason", "most_bid", "most_won", "how_won")
            return cls(data={name: getattr(procurement, name) for name in names})
        if first is not None:
            return cls(data={"title": first.title, "reference": first.reference})
        return cls()

    def division(self) -> Division:
        return Division(
            title=self.title.data or "",
            reference=self.reference.data or "",
            reason=self.reason.data or "",
            most_bid=int(self.most_bid.data) if self.most_bid.data else None,
            most_won=int(self.most_won.data) if self.most_won.data else None,
            how_won=self.how_won.data or "",
        )


class AddLotForm(Form):
    title = ShortTextField("Title of the lot", [required("Enter the title of the lot")])
    reference = ShortTextField(
        "Reference of the lot",
        [required("Enter the reference of the lot")],
        width=20,
        spellcheck=False,
    )
    like = SelectField(
        "Begin from",
        [required("Select what the lot begins from")],
        hint="Its questions, weights, facts, closing time, how suppliers may bid and statement of "
        "outcome are copied. You can change all of them.",
    )
    plan = CheckboxesField(
        "Its plan (optional)",
        choices=[
            Choice(
                "yes",
                "Copy its plan too",
                "Timetable, duties, conflicts of interest, failure of the service, and how the "
                "award is decided. The conflicts assessment is to be confirmed anew.",
            )
        ],
    )

    @classmethod
    def of(cls, procurement: Procurement, lots: Iterable[Tender]) -> AddLotForm:
        lots = list(lots)
        reference = f"{procurement.reference}/{len(lots) + 1}"
        like = lots[-1].token if lots else None
        form = cls(data={"reference": reference, "like": like, "plan": ["yes"]})
        form.like.choices = [
            Choice(lot.token, f"Lot {lot.lot_number}: {lot.title}") for lot in lots
        ]
        return form


class IntoForm(Form):
    procurement = SelectField("A procurement there is already", [required("Select a procurement")])

    @classmethod
    def of(cls, procurements: Iterable[Procurement]) -> IntoForm:
        form = cls()
        form.procurement.choices = [
            Choice("", "Select a procurement"),
            *(Choice(one.token, f"{one.reference} {one.title}") for one in procurements),
        ]
        return form


class DraftForm(Form):
    tender = SelectField("A draft that becomes a lot", [required("Select a draft")])

    @classmethod
    def of(cls, drafts: Iterable[Tender]) -> DraftForm:
        form = cls()
        form.tender.choices = [
            Choice("", "Select a draft"),
            *(Choice(one.token, f"{one.reference} {one.title}") for one in drafts),
        ]
        return form


class OutForm(Form):
    because = TextAreaField(
        "Why it is bought by itself",
        [required("Enter why it is bought by itself")],
        hint="Everybody reads it once the tender is published.",
        most_characters=LONGEST_REASON,
        rows=4,
    )
