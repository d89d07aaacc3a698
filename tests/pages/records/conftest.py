"""Tenders with submitted and opened bids, as the tests of marking have them."""

from tests.pages.scoring.conftest import *  # noqa: F403
