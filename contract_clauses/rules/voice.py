"""Labels of questions speak to the supplier; a contract speaks of the Supplier.

Only the bank's own labels are turned: what a supplier wrote stays as it was written.
"""

from __future__ import annotations

import re

SUPPLIER = "the Supplier"
IRREGULAR = {"can": "can", "do": "does", "have": "has", "must": "must"}
# "we control", "you do not conform", "we can do it": the verb follows its subject.
DOING = re.compile(r"\b(?:we|you) ([a-z]+)\b", re.I)
OWNING = re.compile(r"\b(?:our|your)\b", re.I)
ALONE = re.compile(r"\b(?:us|you|we)\b", re.I)


def in_contract_voice(label: str) -> str:
    """Return a label of the bank as a contract would put it.

    "Hardware security chip that we control" → "Hardware security chip that the Supplier controls".
    """
    words = label.replace("our service", "the Service").replace("the council", "the Council")
    words = DOING.sub(lambda found: f"{SUPPLIER} {_third_person(found[1])}", words)
    words = OWNING.sub(f"{SUPPLIER}'s", words)
    words = ALONE.sub(SUPPLIER, words)
    starts = label[:1].isupper() and words.startswith(SUPPLIER)
    return f"T{words[1:]}" if starts else words


def _third_person(verb: str) -> str:
    return IRREGULAR.get(verb) or f"{verb}{'es' if verb.endswith(('s', 'sh', 'ch')) else 's'}"
