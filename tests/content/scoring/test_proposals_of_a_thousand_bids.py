"""A thousand bids of each pack propose the same, in processes that put sets in another order."""

from __future__ import annotations

import pytest

from question_bank.loader import shipped_packs
from tests.proposals_hashed import hash_of_proposals, in_another_process

pytestmark = pytest.mark.slow
MANY = 1000


@pytest.mark.parametrize("pack", sorted(shipped_packs()))
def test_a_thousand_bids_give_the_same_proposals_again_and_elsewhere(pack):
    here = hash_of_proposals(pack, MANY)

    elsewhere = [in_another_process(pack, MANY, hash_seed) for hash_seed in ("1", "77")]
    assert [hash_of_proposals(pack, MANY), *elsewhere] == [here, here, here]
