"""Every sub-clause of every clause, at every depth, is brought in by a bid that somebody made."""

from __future__ import annotations

import pytest

from contract_clauses.loader import shipped_library
from contract_clauses.rules.library import Depth
from tests.covering_bids import brought_in, covering_bids, wanted


@pytest.mark.parametrize("clause", sorted(shipped_library().topics))
@pytest.mark.parametrize("depth", list(Depth))
def test_a_bid_brings_in_each_sub_clause(clause, depth):
    places = {place for name, place, at in wanted() if (name, at) == (clause, depth)}

    assert places
    assert [
        place + 1 for place in sorted(places) if (clause, place, depth) not in brought_in()
    ] == []


def test_nothing_prints_that_its_depth_does_not_have():
    assert set(brought_in()) == wanted()


def test_each_of_the_bids_is_needed():
    alone = {names[0] for names in brought_in().values() if len(names) == 1}

    assert alone == set(covering_bids()) - {"says nothing", "answers everything as well as can be"}
