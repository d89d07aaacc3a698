"""Everything an authority owns as JSON: complete, without keys, and without sealed bids."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import islice

import pytest
from sqlalchemy import select

from accounts.models import Organisation
from accounts.rules.roles import Role
from app import JOB_HANDLERS
from foundation import clock
from foundation.database import Base, db
from foundation.jobs import run_due_jobs
from records.export_tables import EXPORTED, LEFT
from records.exporting import FORMAT, exported
from records.models import MadeRecord
from supplier_portal import service as portal
from tests.factories import (
    make_authority,
    make_open_tender,
    make_person,
    make_supplier,
    viewer_of,
)

CANARY = "the copper heron keeps the lighthouse"


def export_of(authority, moment):
    return json.loads(b"".join(exported(authority, moment)))


def test_every_table_is_exported_or_left_on_purpose(app):
    tables = set(Base.metadata.tables)

    assert set(EXPORTED) & set(LEFT) == set()
    assert set(EXPORTED) | set(LEFT) == tables
    assert [name for name, why in LEFT.items() if not why.strip()] == []


def test_no_column_with_a_key_a_secret_or_sealed_bytes_is_exported(app):
    telling = ("key", "sealed", "secret", "password", "stored_name", "held", "token_hash")
    harmless = {("submission", "sealed_at")}

    taken = [
        (name, column.name)
        for name, how in EXPORTED.items()
        for column in Base.metadata.tables[name].columns
        if any(word in column.name for word in telling)
        and column.name not in how.leaves
        and (name, column.name) not in harmless
    ]

    assert taken == []


def test_the_export_names_its_format_and_holds_what_the_authority_made(app, tender, officer):
    made = export_of(tender.authority, tender.published_at)

    assert made["format"] == FORMAT == "supplier-assurance-export/1"
    assert [row["reference"] for row in made["tables"]["tender"]] == [tender.reference]
    assert made["tables"]["tender"][0]["published_by"] == officer.token
    assert made["tables"]["tender"][0]["questionnaire_sha256"] == tender.questionnaire_sha256
    assert [row["name"] for row in made["tables"]["person"]] == ["Ines Roy"]


def test_records_are_named_by_tokens_and_words_stand_as_they_were_written(tender, authority):
    guest = make_person(Role.OFFICER, authority, name="Zoë Ryle", tender_id=tender.id)

    made = b"".join(exported(authority, tender.published_at))

    members = {row["person"]: row for row in json.loads(made)["tables"]["membership"]}
    assert (members[guest.token]["tender"], members[guest.token]["role"]) == (
        tender.token,
        "officer",
    )
    assert "Zoë Ryle" in made.decode()


def test_however_few_rows_are_read_at_once_each_is_told_once(app, tender, authority, monkeypatch):
    for name in ("Zoë Ryle", "Ada Hill", "Jo Lind", "Tom Ash"):
        make_person(Role.EVALUATOR, authority, name=name)
    whole = list(exported(authority, tender.published_at))
    for name, how in EXPORTED.items():
        monkeypatch.setitem(EXPORTED, name, replace(how, at_once=2))

    # One that never came to an end would be longer.
    some = list(islice(exported(authority, tender.published_at), 2 * len(whole)))

    assert some == whole
    tables = json.loads(b"".join(whole))["tables"]
    assert [*tables] == [each.name for each in Base.metadata.sorted_tables if each.name in EXPORTED]
    assert sorted(row["name"] for row in tables["person"]) == [
        "Ada Hill", "Ines Roy", "Jo Lind", "Tom Ash", "Zoë Ryle",
    ]  # fmt: skip


def test_another_authority_s_things_are_not_in_it(app, tender):
    other = make_open_tender(make_person(Role.OFFICER, make_authority("Elsewhere")))

    made = b"".join(exported(tender.authority, tender.published_at)).decode()

    assert other.token not in made
    assert "Elsewhere" not in made


def test_before_the_opening_the_export_is_the_same_with_bids_and_without(app, tender, make_bid):
    before = b"".join(exported(tender.authority, tender.published_at))
    make_bid("Larkfield", text=CANARY)
    make_bid("Brook")

    after = b"".join(exported(tender.authority, tender.published_at))

    assert before == after


def test_after_the_opening_the_export_holds_what_was_handed_in(app, tender, make_bid, opened):
    # A draft comes before, so that a bid and its submission are of different numbers.
    lead = viewer_of(make_person(Role.BID_LEAD, make_supplier("Brook")))
    portal.start_bid(tender, by=lead, arrived_at=clock.now())
    make_bid("Larkfield", text=CANARY)
    opened()
    tender = db.session.merge(tender)

    made = export_of(db.session.get_one(Organisation, tender.authority_id), tender.published_at)

    (submission,) = made["tables"]["submission"]
    assert CANARY in json.dumps(submission["content"]["answers"])
    assert submission["bid"] == made["tables"]["bid"][0]["token"]
    assert [row["name"] for row in made["tables"]["organisation"]] == [
        "Hollowmere Council",
        "Larkfield",
    ]


def test_an_officer_takes_the_export_away_and_an_evaluator_does_not(
    client_for, officer, tender, authority
):
    client = client_for(officer)

    asked = client.post("/records/export")
    run_due_jobs(JOB_HANDLERS)
    made = db.session.scalars(select(MadeRecord)).one()
    sent = client.get(f"/records/files/{made.token}")

    assert asked.status_code == 302
    assert json.loads(sent.data)["authority"]["name"] == "Hollowmere Council"
    assert (
        client_for(make_person(Role.EVALUATOR, authority)).get("/records/export").status_code == 403
    )
    stranger = client_for(Role.OFFICER)
    assert stranger.get(f"/records/files/{made.token}").status_code == 404


def test_somebody_here_for_one_tender_alone_takes_nothing_away(client_for, authority, tender):
    guest = make_person(Role.OFFICER, authority, tender_id=tender.id)

    assert client_for(guest).get("/records/export").status_code == 404


@pytest.mark.both_databases
def test_the_command_writes_the_same_document(app, tender, tmp_path):
    from records.exporting_commands import export_command

    target = tmp_path / "all.json"
    result = app.test_cli_runner().invoke(
        export_command, ["authority", tender.authority.token, "--out", str(target)]
    )

    assert result.exit_code == 0, result.output
    made = json.loads(target.read_text(encoding="utf-8"))
    assert made["tables"]["tender"][0]["token"] == tender.token


def test_the_command_names_an_authority_there_is_not(app, tmp_path):
    from records.exporting_commands import export_command

    target = tmp_path / "all.json"
    result = app.test_cli_runner().invoke(
        export_command, ["authority", "nobody", "--out", str(target)]
    )

    assert result.exit_code == 2
    assert not target.exists()
