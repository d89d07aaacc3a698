"""A submitted bid of a tender that froze the clause library, and a bid before submitting."""

import pytest

from contract_clauses.loader import raw_library
from tenders import service as tenders
from tests.beginnings import a_step
from tests.factories import make_tender, viewer_of
from tests.pages.scoring.conftest import (  # noqa: F401  (fixtures the tests of this folder share)
    CLOSES_AT,
    FACTS,
    authority,
    evaluator,
    make_bid,
    officer,
    opened,
)


@pytest.fixture
def tender(officer):  # noqa: F811  (the fixture above, as a fixture is asked for)
    return published_with_clauses(officer)


@a_step
def published_with_clauses(officer):  # noqa: F811
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=FACTS)
    libraries = {"clauses": raw_library}
    tenders.publish_tender(tender, by=viewer_of(officer), libraries=libraries)
    return tender
