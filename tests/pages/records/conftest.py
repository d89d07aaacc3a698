"""Tenders with submitted and opened bids, as the tests of marking have them."""

import pytest

from tests.open_data_made import decide
from tests.pages.scoring.conftest import *  # noqa: F403


@pytest.fixture
def decided(tender, make_bid, opened, officer, evaluated):
    """Two bids that were marked; Larkfield won over Rook, and both were told."""
    return decide(tender, make_bid, opened, officer, evaluated)
