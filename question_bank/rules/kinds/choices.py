"""Closed answers: a commitment, one choice, several choices, a country."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from babel import Locale

from question_bank.rules.kinds.base import KindRules, Read, is_empty, problem
from question_bank.rules.kinds.text import read_narrative
from question_bank.rules.questions import COMMITMENT_ANSWERS, Asked

ANSWERS_IN_WORDS = {"yes": "Yes", "yes-with-exception": "Yes, with an exception", "no": "No"}

# Codes CLDR lists that are not countries: unions, pseudo-locales and outlying leftovers.
NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})


@cache
def countries() -> Mapping[str, str]:
    """Return the English name of every ISO 3166 country by its two-letter code, in name order."""
    named = {
        code: name
        for code, name in Locale("en", "GB").territories.items()
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
    }
    return dict(sorted(named.items(), key=lambda pair: pair[1]))


def read_commitment(asked: Asked, value: Any) -> Read:
    """Accept {"answer": "yes" | "yes-with-exception" | "no", "exception": text}, or a bare "yes".

    An exception is required unless the answer is "yes", and never kept beside a plain "yes".
    """
    given = {"answer": value} if isinstance(value, str) else value
    if not isinstance(given, Mapping) or given.get("answer") not in COMMITMENT_ANSWERS:
        return Read(None, (problem(asked, "not_commitment"),))
    answer = given["answer"]
    if answer == "yes":
        return Read({"answer": "yes"})
    text = read_narrative(asked, given.get("exception") or "")
    if text.problems:
        return text
    if is_empty(text.value):
        return Read(None, (problem(asked, "no_exception"),))
    return Read({"answer": answer, "exception": text.value})


def show_commitment(_asked: Asked, value: Any) -> str:
    words = ANSWERS_IN_WORDS[value["answer"]]
    return f"{words}: {value['exception']}" if value.get("exception") else words


def commitment_answer(value: Any) -> str | None:
    return value.get("answer") if type(value) is dict or isinstance(value, Mapping) else None


def read_choice(asked: Asked, value: Any) -> Read:
    if asked.option(value):
        return Read(value)
    return Read(None, (problem(asked, "unknown_option", options=_listed(asked)),))


def read_choices(asked: Asked, value: Any) -> Read:
    """Keep the options chosen, each once, in the order in which they are offered."""
    if not isinstance(value, list | tuple) or not all(
        isinstance(item, str) and asked.option(item) for item in value
    ):
        return Read(None, (problem(asked, "unknown_option", options=_listed(asked)),))
    return Read([option.value for option in asked.options if option.value in value])


def _listed(asked: Asked) -> str:
    return ", ".join(option.value for option in asked.options)


def show_choice(asked: Asked, value: Any) -> str:
    option = asked.option(value)
    return option.label if option else str(value)


def read_country(asked: Asked, value: Any) -> Read:
    code = value.strip().upper() if isinstance(value, str) else ""
    if code in countries():
        return Read(code)
    return Read(None, (problem(asked, "not_a_country"),))


def read_countries(asked: Asked, value: Any) -> Read:
    codes = value if isinstance(value, list | tuple) else None
    if codes is None:
        return Read(None, (problem(asked, "not_a_country"),))
    reads = [read_country(asked, code) for code in codes]
    wrong = next((read.problems for read in reads if read.problems), ())
    return Read(None if wrong else sorted({read.value for read in reads}), wrong)


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _set_or_none(value: Any) -> frozenset[str] | None:
    if not isinstance(value, list | tuple):
        return None
    return frozenset(item for item in value if isinstance(item, str))


def _enumeration(asked: Asked) -> Mapping[str, Any]:
    return {"enum": [option.value for option in asked.options]}


def _commitment_schema(_asked: Asked) -> Mapping[str, Any]:
    return {
        "oneOf": [
            {"const": "yes"},
            {
                "type": "object",
                "properties": {
                    "answer": {"enum": list(COMMITMENT_ANSWERS)},
                    "exception": {"type": "string"},
                },
                "required": ["answer"],
                "additionalProperties": False,
            },
        ]
    }


COMMITMENT = KindRules(read_commitment, show_commitment, commitment_answer, _commitment_schema)
CHOICE = KindRules(read_choice, show_choice, _text_or_none, _enumeration)
CHOICES = KindRules(
    read_choices,
    lambda asked, value: "; ".join(show_choice(asked, item) for item in value),
    _set_or_none,
    lambda asked: {"type": "array", "items": _enumeration(asked), "uniqueItems": True},
)
COUNTRY = KindRules(
    read_country,
    lambda _asked, value: countries().get(value, str(value)),
    _text_or_none,
    lambda _asked: {"type": "string", "pattern": "^[A-Z]{2}$"},
)
COUNTRIES = KindRules(
    read_countries,
    lambda _asked, value: ", ".join(countries().get(code, str(code)) for code in value),
    _set_or_none,
    lambda _asked: {"type": "array", "items": {"type": "string", "pattern": "^[A-Z]{2}$"}},
)
