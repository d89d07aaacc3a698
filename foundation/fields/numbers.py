"""Fields for numbers and money: exact, and only what is written in plain digits."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from foundation.fields.base import OurField

# More digits than any sum or count here needs, and few enough for every database.
MOST_DIGITS = 15


class NumberField(OurField):
    """A Decimal between ``lowest`` and ``highest`` with at most ``places`` decimals."""

    shape = "number"

    def __init__(
        self,
        *args: Any,
        lowest: Decimal | int | None = None,
        highest: Decimal | int | None = None,
        places: int = 0,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.lowest, self.highest, self.places = lowest, highest, places

    def read(self, text: str) -> Decimal | None:
        plain = text.strip().replace(",", "").removeprefix("£").strip()
        if not plain:
            return None
        number = decimal_from(plain)
        if number is None:
            raise ValueError(
                "Enter a percentage, like 60"
                if self.suffix_text == "%"
                else "Enter a number, like 1,250"
            )
        self._check(number)
        return number

    def _check(self, number: Decimal) -> None:
        exponent = number.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > self.places:
            raise ValueError(
                f"Enter a number with no more than {self.places} decimal places"
                if self.places
                else "Enter a whole number"
            )
        if self.lowest is not None and number < self.lowest:
            raise ValueError(f"Enter a number that is {self.lowest} or more")
        if self.highest is not None and number > self.highest:
            raise ValueError(f"Enter a number that is {self.highest} or less")


class MoneyField(NumberField):
    """Pounds and pence."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **{"places": 2, "lowest": 0, "prefix_text": "£", **more})


def decimal_from(text: str) -> Decimal | None:
    """Return the number ``text`` says in plain digits, or None; never "NaN", "1e9" or "٣"."""
    if not text.isascii() or len(text) > MOST_DIGITS or set(text) - set("0123456789.-"):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
