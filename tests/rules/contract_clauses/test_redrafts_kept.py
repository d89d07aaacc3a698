"""Words somebody wrote are kept as plain values, and what was kept is read strictly."""

import json

import pytest

from contract_clauses.rules.library import Depth, Obligation
from contract_clauses.rules.redrafting import Added, Redraft, Words
from contract_clauses.rules.redrafts_kept import NotARedraft, as_kept, read_kept
from foundation.canonical import canonical_json

DUTY = Obligation("supplier", "test the fallback", "test report", "every_months", 12, "start")
REDRAFT = Redraft(
    changed={"2": Words("The Supplier must {rto}:", ("one", "two"))},
    removed=frozenset({"4", "3"}),
    added=(
        Added("own1", "2", Words("The Council may look.")),
        Added("own2", "own1", Words("The Supplier must test."), DUTY),
    ),
)


def kept(**changed):
    plain = json.loads(canonical_json(as_kept(REDRAFT)))
    return plain | changed


def test_what_is_kept_is_read_again_as_it_was():
    assert read_kept(kept()) == REDRAFT


def test_words_of_the_library_are_not_kept():
    assert as_kept(Redraft(Depth.SHORT, reason="Small")) is None


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {},
        kept(format="another/1"),
        kept(more=1),
        kept(changed=[]),
        kept(changed={"2": "words"}),
        kept(changed={"2": {"text": 1, "items": []}}),
        kept(changed={"2": {"text": "a", "items": "b"}}),
        kept(removed="3"),
        kept(removed=[3]),
        kept(added=[{"key": "own1"}]),
        kept(added=[{**kept()["added"][0], "key": "3"}]),
        kept(added=[{**kept()["added"][0], "obligation": {"who": "supplier"}}]),
        kept(
            added=[
                {**kept()["added"][1], "obligation": {**kept()["added"][1]["obligation"], "at": []}}
            ]
        ),
    ],
)
def test_something_else_is_refused(wrong):
    with pytest.raises(NotARedraft):
        read_kept(wrong)
