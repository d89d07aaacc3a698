"""The scoring model of the demonstration's draft, tried and kept, so that visitors find a trial."""

from __future__ import annotations

from accounts.queries import Viewer
from scoring.queries.trying import kept_tests, model_of
from scoring.rules.tried_ready import ReadySet, ready_bids
from scoring.service.trying import keep_trial
from tenders.models import Tender

CONCLUDED = (
    "A bid with nothing to say on one question must not come first: we look at least marks again "
    "before we publish."
)


def try_model(tender: Tender, *, officer: Viewer) -> None:
    """Keep one trial of the plan as it stands, unless there is one."""
    if not kept_tests(tender):
        bids = ready_bids(model_of(tender), ReadySet.USUAL)
        keep_trial(tender, bids, CONCLUDED, by=officer)
