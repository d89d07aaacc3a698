"""The record of a tender as one file: what is in it, what is withheld, nothing of sealed bids."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.rules.roles import Role
from app import JOB_HANDLERS
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.jobs import run_due_jobs
from records import making
from records.models import MadeRecord, Withheld
from records.rules.kinds import RecordKind
from scoring.service import standstill
from tests.factories import make_open_tender, make_person, make_supplier, viewer_of

CANARY = "the copper heron keeps the lighthouse"


def ticked(client, tender):
    """Return the value of the tick on what the page lists as undecided."""
    page = client.get(f"/tenders/{tender.token}/record").text
    return re.findall(r'name="looked" type="checkbox" value="([0-9a-f]{64})"', page)


@pytest.fixture
def pack(client_for, tender, officer):
    """Make a file through the pages and return what is in it by path."""

    def make(kind="audit", client=None):
        client = client or client_for(officer)
        looked = ticked(client, tender) if kind == "public" else []
        sent = {"kind": kind, "looked": looked}
        answer = client.post(f"/tenders/{tender.token}/record", data=sent)
        assert answer.status_code == 302
        run_due_jobs(JOB_HANDLERS)
        made = db.session.scalars(select(MadeRecord).order_by(MadeRecord.id.desc())).first()
        sent = client.get(f"/records/files/{made.token}")
        assert hashlib.sha256(sent.data).hexdigest() == made.sha256
        with zipfile.ZipFile(io.BytesIO(sent.data)) as archive:
            assert archive.testzip() is None
            return {name: archive.read(name) for name in archive.namelist()}

    return make


def test_every_file_of_a_pack_has_the_fingerprint_the_index_gives(pack, make_bid, opened):
    make_bid("Larkfield")
    opened()

    files = pack()

    listed = list(csv.DictReader(io.StringIO(files["index.csv"].decode("utf-8-sig"))))
    named = {row["path"]: row["sha256"] for row in listed}
    without_index = {name: data for name, data in files.items() if not name.startswith("index")}
    assert named == {name: hashlib.sha256(data).hexdigest() for name, data in without_index.items()}
    assert "bids/larkfield" in files["index.html"].decode()


def test_the_frozen_text_in_the_pack_has_the_fingerprint_suppliers_know(pack, tender):
    files = pack()

    frozen = hashlib.sha256(files["published/questionnaire.json"]).hexdigest()

    assert frozen == tender.questionnaire_sha256


def test_the_audit_chains_of_a_pack_hold_and_a_changed_one_does_not(
    pack, make_bid, opened, tmp_path
):
    make_bid("Larkfield")
    opened()
    files = pack()
    for name in files:
        if name.startswith("audit/"):
            (tmp_path / name.replace("/", "_")).write_bytes(files[name])
    chains = sorted(tmp_path.glob("*.jsonl"))

    def verify(*paths):
        script = tmp_path / "audit_verify_audit.py"
        return subprocess.run(
            [sys.executable, script, *paths], capture_output=True, text=True, check=False
        )

    held = verify(*chains)
    chains[0].write_text(chains[0].read_text().replace("bid.submitted", "bid.withdrawn"))
    changed = verify(*chains)

    assert len(chains) == 2
    assert (held.returncode, changed.returncode) == (0, 1)


def test_the_pack_holds_what_was_handed_in_and_what_people_made_of_it(
    pack, make_bid, opened, mark_all
):
    bid = make_bid("Larkfield", text=CANARY)
    opened()
    mark_all(bid)

    files = pack()

    branch = next(name for name in files if name.startswith("bids/")).split("/answers")[0]
    branch = "/".join(branch.split("/")[:2])
    assert CANARY in files[f"{branch}/answers/SLP-07.txt"].decode()
    answers = json.loads(files[f"{branch}/answers/SLP-07.json"])
    submission = json.loads(files[f"{branch}/submission.json"])
    assert answers["SLP-07.f"] == submission["answers"]["SLP-07.f"]
    assert "is answered in full and with evidence" in files[f"{branch}/marks.txt"].decode()
    assert files[f"{branch}/schedule.docx"]
    assert files["evaluation/scores.xlsx"][:2] == b"PK"


@pytest.mark.slow
def test_the_pack_holds_how_the_tender_was_decided(pack, decided, tender, officer):
    by = viewer_of(officer)
    standstill.hold(tender, "A bidder has challenged the decision in court", by=by)

    files = pack()

    branches = {name.split("/")[1].split("-")[0]: name for name in files if "/letters.txt" in name}
    recommended = files["decisions/recommendations.txt"].decode()
    held = json.loads(files["decisions/standstill.json"])
    lost, won = (files[branches[name]].decode() for name in ("rook", "larkfield"))
    assert "- Larkfield: successful\n" in recommended
    assert "- Rook: unsuccessful\n" in recommended
    assert "It is the most advantageous tender under the published criteria" in recommended
    assert [step["Reason"] for step in held.values()] == [
        "A bidder has challenged the decision in court"
    ]
    assert "Why: The other bid earned more" in lost
    assert ["1 Wharf Road" in letter for letter in (lost, won)] == [False, True]
    assert "Version 3, read and found right" in won


def test_before_a_decision_the_pack_says_nothing_of_one(pack, make_bid, opened):
    make_bid("Larkfield")
    opened()

    files = pack()

    (letters,) = (name for name in files if name.endswith("/letters.json"))
    empty = (letters, "decisions/recommendations.json", "decisions/standstill.json")
    assert [json.loads(files[name]) for name in empty] == [{}, {}, {}]


def test_the_company_s_own_way_of_working_is_in_no_pack(pack, make_bid, opened):
    make_bid("Larkfield")
    opened()

    files = pack()

    chain = next(data for name, data in files.items() if name.startswith("audit/bids/"))
    actions = {json.loads(line).get("action") for line in chain.decode().splitlines()}
    assert (None in actions, "bid.submitted" in actions, "bid.started" in actions) == (
        True,
        True,
        False,
    )


def test_of_a_company_only_those_who_handed_in_are_named(pack, make_bid, opened):
    from foundation.database import transaction
    from foundation.mail import post

    bid = make_bid("Larkfield")
    colleague = make_person(Role.CONTRIBUTOR, bid.supplier, name="Nadia Frost")
    with transaction():
        post("bid.questions_given", f"{bid.token}:x", [colleague.email], "Yours now", "Do SLP-07")
        post("tender.bids_opened", bid.token, [colleague.email], "Opened", "The bids are opened")
    opened()

    files = pack()

    assert "Nadia Frost" not in files["people.txt"].decode()
    assert "Bid lead" in files["people.txt"].decode()
    assert (
        "Yours now" in files["mails.txt"].decode(),
        "Opened" in files["mails.txt"].decode(),
    ) == (
        False,
        True,
    )


def test_before_the_opening_a_pack_is_the_same_with_bids_and_without(
    client_for, officer, pack, make_bid, tender
):
    client = client_for(officer)
    before = pack(client=client)
    make_bid("Larkfield", text=CANARY)
    make_bid("Brook")

    after = pack(client=client)

    # Asking for the first file and making it stand in the chain by the time of the second.
    changing = {"audit/tender.jsonl", "index.csv", "index.html"}
    assert {name: data for name, data in before.items() if name not in changing} == {
        name: data for name, data in after.items() if name not in changing
    }
    added = after["audit/tender.jsonl"].decode().removeprefix(before["audit/tender.jsonl"].decode())
    assert [json.loads(line)["action"] for line in added.splitlines()] == [
        "record.made",
        "record.asked",
    ]
    assert not any(name.startswith("bids/") for name in after)


def test_two_packs_made_of_the_same_record_at_the_same_time_are_the_same(
    app, tender, officer, make_bid, opened
):
    make_bid("Larkfield")
    opened()
    viewer = viewer_of(officer)

    def made():
        pieces = making.pieces_of_pack(tender, RecordKind.AUDIT, viewer, tender.closes_at)
        with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
            # Word and Excel write into their files when they were made.
            return {
                entry.filename: (entry.date_time, archive.read(entry))
                for entry in archive.infolist()
                if not entry.filename.endswith((".docx", ".xlsx"))
                and not entry.filename.startswith("index")
            }

    assert made() == made()


def withhold(client, tender, item, exemption="foia-43", reason="It would harm the bidder."):
    return client.post(
        f"/tenders/{tender.token}/record/withheld",
        data={"item": item, "exemption": exemption, "reason": reason},
    )


def branch_in(files):
    return "/".join(next(name for name in files if name.startswith("bids/")).split("/")[:2])


def test_one_withheld_answer_is_replaced_wherever_its_words_stand(
    client_for, officer, tender, pack, make_bid, opened
):
    make_bid("Larkfield", **{"SLP-07.f": "offline"})
    opened()
    client = client_for(officer)
    branch = branch_in(pack(client=client))

    answer = withhold(client, tender, f"{branch}/answers/SLP-07/SLP-07.a")
    public, whole = pack("public", client), pack("audit", client)

    assert answer.status_code == 302
    given = json.loads(public[f"{branch}/answers/SLP-07.json"])
    assert given["SLP-07.a"]["withheld"]["reason"] == "It would harm the bidder."
    assert given["SLP-07.f"] == "offline"
    assert "section 43" in public[f"{branch}/answers/SLP-07.txt"].decode()
    assert f"{branch}/submission.json" not in public
    assert "evaluation/scores.xlsx" not in public
    assert f"{branch}/schedule.docx.withheld.txt" in public
    assert json.loads(whole[f"{branch}/answers/SLP-07.json"])["SLP-07.a"] != given["SLP-07.a"]


def test_a_whole_branch_is_withheld_and_lifted_with_a_reason(
    client_for, officer, tender, pack, make_bid, opened
):
    make_bid("Larkfield", text=CANARY)
    opened()
    client = client_for(officer)
    branch = branch_in(pack(client=client))
    withhold(client, tender, branch)
    public = pack("public", client)
    row = db.session.scalars(select(Withheld)).one()

    without = client.post(f"/tenders/{tender.token}/record/withheld/{row.id}/lift", data={})
    lifted = client.post(
        f"/tenders/{tender.token}/record/withheld/{row.id}/lift", data={"reason": "It agreed."}
    )

    assert CANARY not in "".join(data.decode(errors="ignore") for data in public.values())
    assert (without.status_code, lifted.status_code) == (422, 302)
    assert CANARY in pack("public", client)[f"{branch}/answers/SLP-07.txt"].decode()


def test_nothing_is_given_out_while_what_could_be_withheld_is_undecided(
    client_for, officer, tender
):
    client, address = client_for(officer), f"/tenders/{tender.token}/record"
    page = client.get(address).text
    before = ticked(client, tender)
    withhold(client, tender, "plan/conflicts")

    answers = [
        client.post(address, data={"kind": "public"}),
        client.post(address, data={"kind": "public", "looked": before}),
        client.post(address, data={"kind": "public", "looked": ["x"]}),
    ]

    assert [title in page for title in ("The conflict assessment", "Addresses invited to bid")] == [
        True
    ] * 2
    assert "I have looked at these 4 and give them out" in page
    assert [answer.status_code for answer in answers] == [422] * 3
    for answer in answers:
        assert "Decide on these 3 proposals of what to withhold, or tick" in answer.text
    assert db.session.scalar(select(func.count(MadeRecord.id))) == 0
    done = client.post(address, data={"kind": "public", "looked": ticked(client, tender)})
    assert done.status_code == 302


def test_with_everything_decided_no_tick_is_asked_for(client_for, officer, tender):
    client = client_for(officer)
    for item in ("people", "mails", "plan/conflicts", "tender/invited"):
        withhold(client, tender, item)

    page = client.get(f"/tenders/{tender.token}/record").text
    answer = client.post(f"/tenders/{tender.token}/record", data={"kind": "public"})

    assert ("I have looked at" in page, answer.status_code) == (False, 302)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"item": "", "exemption": "foia-43", "reason": "x"}, "Enter the place"),
        ({"item": "people", "exemption": "", "reason": "x"}, "Select by which exemption"),
        ({"item": "people", "exemption": "foia-99", "reason": "x"}, "Select one of the options"),
        ({"item": "people", "exemption": "foia-40", "reason": ""}, "Enter why it is withheld"),
        ({"item": "p" * 500, "exemption": "foia-40", "reason": "x"}, "400 characters or fewer"),
        ({"item": "people", "exemption": "foia-40", "reason": "Names"}, "in 20 characters or more"),
        (
            {"item": "nonsense/place", "exemption": "foia-40", "reason": "It names people in it."},
            "“nonsense/place” is no place in this record: choose one from the list of places",
        ),
        (
            {"item": "plan/conflict", "exemption": "foia-40", "reason": "It names people in it."},
            "“plan/conflict” is no place in this record: did you mean “plan/conflicts”",
        ),
        (
            {"item": "people/nobody", "exemption": "foia-40", "reason": "It names people in it."},
            "“people/nobody” is no place in this record: did you mean “people”",
        ),
    ],
    ids=[
        "no place",
        "no exemption",
        "unknown exemption",
        "no reason",
        "long place",
        "short reason",
        "place that is none",
        "place nearly right",
        "section that is none",
    ],
)
def test_what_cannot_be_withheld_is_said_at_its_field(client_for, officer, tender, data, says):
    answer = client_for(officer).post(f"/tenders/{tender.token}/record/withheld", data=data)

    assert answer.status_code == 422
    assert says in answer.text
    assert db.session.scalar(select(func.count(Withheld.id))) == 0


def test_what_is_withheld_already_is_not_withheld_again(client_for, officer, tender):
    client = client_for(officer)
    withhold(client, tender, "plan")

    again = withhold(client, tender, "plan/outcome")

    assert again.status_code == 422
    assert "is withheld already, by the decision on “plan”" in again.text


def test_an_auditor_takes_the_whole_record_and_decides_nothing(client_for, tender, authority, pack):
    auditor = client_for(make_person(Role.AUDITOR, authority))

    files = pack(client=auditor)
    public = auditor.post(f"/tenders/{tender.token}/record", data={"kind": "public"})

    assert "tender/about.txt" in files
    assert public.status_code == 404
    assert auditor.get(f"/tenders/{tender.token}/record/withheld").status_code == 403


def test_another_authority_finds_neither_record_nor_files(client_for, tender, officer, pack):
    pack()
    made = db.session.scalars(select(MadeRecord)).one()
    stranger = client_for(Role.OFFICER)

    addresses = [
        f"/tenders/{tender.token}/record",
        f"/tenders/{tender.token}/record/withheld",
        f"/tenders/{tender.token}/retention",
        f"/records/files/{made.token}",
    ]

    assert [stranger.get(address).status_code for address in addresses] == [404] * 4


def test_who_lost_the_role_meanwhile_gets_no_file(client_for, tender, officer):
    from accounts.models import Membership
    from foundation.database import transaction

    client_for(officer).post(f"/tenders/{tender.token}/record", data={"kind": "audit"})
    with transaction():
        held = db.session.scalars(
            select(Membership).where(Membership.person_id == officer.id)
        ).one()
        held.role = Role.EVALUATOR

    run_due_jobs(JOB_HANDLERS)

    made = db.session.scalars(select(MadeRecord)).one()
    assert made.stored_name is None
    assert "may not read the record any more" in made.failed_because


def test_who_asked_a_question_is_in_no_pack(client_for, tender, pack):
    from supplier_portal.service import start_bid
    from tenders import service as tenders

    lead = make_person(Role.BID_LEAD, make_supplier("Quietwater"), name="Ola Finch")
    by = viewer_of(lead)
    tenders.ask_clarification(
        tender, "", "May sensors be solar powered?", by=by, arrived_at=tender.published_at
    )
    start_bid(tender, by=by, arrived_at=tender.published_at)

    files = pack()

    everything = "".join(data.decode(errors="ignore") for data in files.values())
    assert "May sensors be solar powered?" in everything
    assert [word for word in ("Quietwater", "Ola Finch", lead.email, lead.token)
            if word in everything] == []  # fmt: skip


def test_the_places_of_one_bid_are_listed_when_it_is_asked_for(
    client_for, officer, tender, make_bid, opened, pack, statements_counted
):
    make_bid("Larkfield")
    opened()
    client = client_for(officer)
    branch = branch_in(pack(client=client))
    address = f"/tenders/{tender.token}/record/withheld"

    top = client.get(address).text
    within = client.get(address, query_string={"branch": branch}).text
    sections = client.get(address, query_string={"branch": f"{branch}/answers/SLP-07"}).text

    assert (branch in top, f"{branch}/answers/SLP-07" in top) == (True, False)
    assert f"{branch}/answers/SLP-07" in within
    assert f"{branch}/answers/SLP-07/SLP-07.f" in sections
    assert client.get(address, query_string={"branch": "bids/nobody"}).status_code == 404


def test_the_page_of_the_record_asks_the_same_statements_however_many_bids(
    client_for, officer, tender, make_bid, opened, statements_counted
):
    counts = []

    address = f"/tenders/{tender.token}/record"

    def read():
        client = client_for(officer)
        db.session.expire_all()
        with statements_counted() as made:
            client.get(address)
        counts.append(len(made))

    read()
    make_bid("Larkfield")
    make_bid("Brook")
    read()
    opened()
    read()

    # Once they are opened, what bidders marked is read too: for all bids at once.
    assert counts[0] == counts[1] < counts[2] <= 15


@pytest.mark.both_databases
def test_making_a_file_is_recorded_with_its_fingerprint(pack, tender):
    pack()

    made = db.session.scalars(select(MadeRecord)).one()
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "record.made")).one()
    assert json.loads(entry.details)["sha256"] == made.sha256
    assert entry.subject == tender.token


def test_a_job_run_twice_makes_one_file(pack):
    pack()
    made = db.session.scalars(select(MadeRecord)).one()
    first = made.stored_name

    making.make_record(made.token, {})

    assert db.session.scalars(select(MadeRecord.stored_name)).all() == [first]


def test_a_pack_of_a_draft_is_made_too(client_for, officer, authority, at):
    from tests.factories import make_tender

    draft = make_tender(officer)
    client = client_for(officer)
    client.post(f"/tenders/{draft.token}/record", data={"kind": "audit"})

    run_due_jobs(JOB_HANDLERS)

    made = db.session.scalars(select(MadeRecord)).one()
    assert (made.failed_because, made.made_at is not None) == ("", True)
    assert make_open_tender(officer, closes_at=draft.closes_at + timedelta(days=1))


def marked_bid(tender, name):
    """A submitted bid that marks a passage of SLP-07.a, with the token of the mark."""
    from datetime import date

    from foundation import clock
    from foundation.tokens import new_token
    from supplier_portal import service as portal
    from supplier_portal.rules.confidential import Ground, Mark
    from supplier_portal.service import confidential

    by = viewer_of(make_person(Role.BID_LEAD, make_supplier(name)))
    bid = portal.start_bid(tender, by=by, arrived_at=clock.now())
    portal.save_answers(
        bid, {"SLP-07.a": (0, "We restore from three places.")}, by=by, arrived_at=clock.now()
    )
    mark = Mark(
        token=new_token(), part_id="SLP-07.a", ground=Ground.TRADE_SECRET, reason="Ours",
        until=date(2099, 3, 31), passage="three places",
    )  # fmt: skip
    confidential.mark_confidential(bid, mark, by=by, arrived_at=clock.now())
    portal.submit_bid(
        bid, by=by, arrived_at=clock.now(), declared_by="Mara Voss", knows_missing=True
    )
    return bid, mark.token


def test_what_a_bidder_marked_is_proposed_once_an_officer_agreed(
    client_for, officer, tender, opened, statements_counted
):
    marked = [marked_bid(tender, name) for name in ("Larkfield", "Brook", "Quietwater")]
    opened()
    client = client_for(officer)
    address = f"/tenders/{tender.token}/record/withheld"
    before = client.get(address).text

    def agree(bid, mark):
        answer = client.post(
            f"/evaluation/bids/{bid.token}/confidential/{mark}",
            data={
                "based_on": "0",
                "decision": "agree",
                "reason": "It tells rivals how SLP-07.a is done",
            },
        )
        assert answer.status_code == 302

    agree(*marked[0])
    with statements_counted() as one:
        client.get(address)
    agree(*marked[1])
    with statements_counted() as two:
        after = client.get(address).text

    assert "/answers/SLP-07/SLP-07.a. Freedom of Information" not in before
    assert after.count("/answers/SLP-07/SLP-07.a. Freedom of Information") == 2
    assert len(one) == len(two)
