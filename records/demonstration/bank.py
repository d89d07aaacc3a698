"""Two proposals to change the shared bank: one waits for the steward, one is accepted."""

from __future__ import annotations

from accounts.queries import Viewer
from foundation.database import transaction
from question_bank import loader
from question_bank.models import Proposal
from question_bank.queries import proposals as queries
from question_bank.rules.proposals import suggested
from question_bank.service import proposals as service


def propose_changes(*, supplier: Viewer, officer: Viewer, steward: Viewer) -> None:
    """Make the proposals that are not there yet, all or none."""
    with transaction():
        _propose_recovery_test(supplier)
        _propose_offline_copy(officer, steward)


def _propose_recovery_test(supplier: Viewer) -> None:
    _proposed(
        supplier,
        place="parts.SLP-07.g.hint",
        suggestion="For example, 27 3 2026. Going through the plan on paper is not a test. Leave "
        "empty if you never have.",
        reason="We were about to give the date of a talk-through. The guidance says that it does "
        "not count, but nobody reads guidance while filling in a date.",
    )


def _propose_offline_copy(officer: Viewer, steward: Viewer) -> None:
    accepted = _proposed(
        officer,
        place="parts.SLP-07.f.options.offline.label",
        suggestion="Kept offline, where no live system can reach it",
        reason="Two bidders asked whether a disk that is unplugged at night counts as offline.",
    )
    if accepted is not None:
        service.decide(
            accepted,
            accept=True,
            reason="It says what the hint says, where people choose.",
            by=steward,
        )


def _proposed(by: Viewer, *, place: str, suggestion: str, reason: str) -> Proposal | None:
    """Propose it, unless the organisation has proposed something already."""
    question = queries.raw_question("SLP-07")
    if question is None or queries.number_made(by.organisation_id):
        return None
    wanted = suggested(question, place, suggestion, reason)
    return service.propose(wanted, edition=loader.newest_edition().version, by=by)
