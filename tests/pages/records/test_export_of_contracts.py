"""The export of an authority opens what is sealed of its schedules and contracts."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from accounts.models import Organisation
from contract_clauses.models import Contract
from contract_clauses.rules.reassessing import Given
from contract_clauses.rules.schedule_kept import read_kept
from contract_clauses.service import reassessing as service
from foundation import clock
from foundation.database import db
from records.exporting import exported
from tenders.models import Tender
from tests.factories import viewer_of
from tests.pages.contract_clauses.conftest import (  # noqa: F401
    authority,
    evaluator,
    make_bid,
    officer,
    opened,
    tender,
)
from tests.pages.contract_clauses.test_reassessing import (  # noqa: F401
    NOON,
    answer_all,
    lead,
    mine,
    seen,
    token,
)
from tests.pages.contract_clauses.test_reassessing_files import PDF, sent

pytestmark = pytest.mark.slow


def test_words_of_obligations_and_the_issued_schedule_are_opened(app, seen):  # noqa: F811
    made = json.loads(b"".join(exported(seen.authority, clock.now())))["tables"]

    assert [row["content"]["what"] for row in made["obligation"]] == [
        one.wording.what for one in seen.obligations
    ]
    (issue, answer) = made["issued_schedule"]
    assert read_kept(issue["content"]) == seen.schedule
    assert "content" not in answer
    assert all(not name.startswith("sealed") for row in made["obligation"] for name in row)


def test_a_yearly_assessment_is_exported_as_it_was_handed_in_and_no_draft_of_it(
    client_for, seen, officer, lead, token, at  # noqa: F811
):  # fmt: skip
    def taken():
        return json.loads(b"".join(exported(seen.authority, clock.now())))["tables"]

    by = viewer_of(lead)
    sent(client_for(lead), seen, token, title="Restore test 2027")
    answer_all(seen, lead, token, **{"SLP-06.f3": "2027-11-03"})
    draft = taken()
    service.hand_in(mine(seen, lead), token, "All of it was checked", by=by)
    handed = taken()
    at(NOON + timedelta(hours=1))
    service.send_back(seen, token, "Who tested it?", by=viewer_of(officer))
    at(NOON + timedelta(hours=2))
    later = Given(1, False, "2027-11-05", "By another company")
    service.save_answer(mine(seen, lead), token, "SLP-06.f3", later, by=by, arrived_at=clock.now())
    sent(client_for(lead), seen, token, name="newer.pdf", title="Restore test 2028")
    back = taken()

    assert (draft["reassessment_answer"], draft["reassessment_file"]) == ([], [])
    (row,) = draft["reassessment"]
    assert (row["token"], row["contract"], row["number"]) == (token, seen.token, 1)
    answers = {row["part_id"]: row for row in handed["reassessment_answer"]}
    assert answers["SLP-06.f3"]["content"] == {"value": "2027-11-03", "words": ""}
    assert (answers["SLP-06.f3"]["unchanged"], answers["SLP-05.e"]["unchanged"]) == (False, True)
    (file,) = handed["reassessment_file"]
    assert {name: file["content"][name] for name in ("name", "title", "sha256")} == {
        "name": "restore-2027.pdf", "title": "Restore test 2027",
        "sha256": hashlib.sha256(PDF).hexdigest(),
    }  # fmt: skip
    assert {"stored_name", "wrapped_key", "sealed_about"} & file.keys() == set()
    (named,) = answers["SLP-07.g2"]["content"]["value"]
    assert named["evidence"] == file["token"]
    (step,) = handed["reassessment_event"]
    assert (step["step"], step["content"]["words"]) == ("handed in", "All of it was checked")
    said = {part: one["value"] for part, one in step["content"]["answers"].items()}
    assert said == {part: row["content"]["value"] for part, row in answers.items()}
    # What the supplier writes after it came back is a draft again.
    assert back["reassessment_answer"] == handed["reassessment_answer"]
    assert back["reassessment_file"] == handed["reassessment_file"]
    assert [row["content"]["words"] for row in back["reassessment_event"]] == [
        "All of it was checked", "Who tested it?",
    ]  # fmt: skip


@pytest.mark.parametrize("destroyed", [False, True], ids=["kept", "destroyed"])
def test_whatever_the_demonstration_sealed_is_opened_until_it_is_destroyed(
    demonstration_built, destroyed
):
    council = db.session.scalars(
        select(Organisation)
        .join(Contract, Contract.authority_id == Organisation.id)
        .where(Contract.reference == "C-2026-031")
    ).one()
    if destroyed:
        db.session.execute(update(Tender).values(content_destroyed_at=clock.now()))
    made = json.loads(b"".join(exported(council, clock.now())))["tables"]
    db.session.rollback()

    for name in ("obligation", "obligation_event", "obligation_file", "clause_event"):
        assert made[name], name
        assert {row["content"] == "destroyed" for row in made[name]} == {destroyed}, name
    words = [row["content"] for row in made["clause_redraft"] if "content" in row]
    assert [one == "destroyed" for one in words] == [destroyed] * len(words) != []
