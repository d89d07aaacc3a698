"""A schedule that came back is taken in, compared, and decided on clause by clause."""

from __future__ import annotations

import json
from io import BytesIO

import docx
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from accounts.rules.roles import Role
from contract_clauses.loader import raw_library
from contract_clauses.models import NegotiatedDecision, NegotiatedSchedule
from contract_clauses.queries.issuing import issues_of_bid, last_approved, schedule_in
from contract_clauses.queries.negotiated import file_to_scan, kept_of, risks_held_down, versions_of
from contract_clauses.rules.negotiated_kept import as_text, read_plain
from contract_clauses.rules.negotiated_parts import Change
from contract_clauses.service import templates
from contract_clauses.service.issuing import ways_in
from contract_clauses.service.negotiated import comparison
from contract_clauses.views.issuing import issue_as_word
from foundation import stores
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from scoring.models import Reopening, ReopeningSettled
from scoring.rules.reopening import Rule
from supplier_portal import seals as bid_seals
from tests import contracting
from tests.beginnings import a_step
from tests.documents.contract_clauses.coming_back import Edited
from tests.factories import make_authority, make_person, make_tender, publish, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT
from tests.word_templates import odd, saved

WORDS = "Velvet-Harpsichord of the Larkfield lawyers"
NEGOTIABLE = {"procedure": "competitive-flexible", "negotiation_allowed": "yes"}


@pytest.fixture
def facts():
    return contracting.FACTS | NEGOTIABLE


@pytest.fixture
def tender(officer, facts):
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=facts)
    publish(tender, officer, raw_library)
    return tender


@pytest.fixture
def bid(make_bid, opened, officer):
    bid = make_bid("Larkfield")
    opened()
    contracting.award_to(bid)
    contracting.settle(bid, officer)
    return bid


@pytest.fixture
def reviewer(authority):
    return make_person(Role.REVIEWER, authority, name="Ruth Okafor")


@pytest.fixture
def issued(bid, officer, reviewer):
    """The bid with its schedule issued, and that as Word."""
    contracting.issue(bid, officer, reviewer)
    return as_word(bid)


@a_step
def as_word(bid):
    issue = last_approved(issues_of_bid(bid.id))
    schedule = schedule_in(issue, bid_seals.opened_key(bid))
    return issue_as_word(issue, schedule, "Larkfield").get_data()


def page(bid, *rest):
    return "/".join((f"/schedules/{bid.token}/negotiated", *rest))


def send(client, bid, data, *, name="negotiated.docx", remark=""):
    return client.post(
        page(bid),
        data={"file": (BytesIO(data), name), "remark": remark},
        content_type="multipart/form-data",
    )


def version_of(answer):
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].rpartition("/")[2]


def decide(client, bid, version, clause, decision="accept", **more):
    form = {"decision": decision, "reason": "Agreed on Monday", "based_on": "0"} | more
    return client.post(page(bid, version, "clauses", clause), data=form)


def compared(bid, person):
    found = contracting.read(bid, person)
    return comparison(found, kept_of(found, versions_of(found)[0].row))


def now_prints(bid, person, clause, key):
    printed = contracting.read(bid, person).schedule.clause(clause)
    return next(part for part in printed.paragraphs if part.key == key)


def test_a_file_that_came_back_untouched_needs_no_decision(client_for, bid, issued, officer):
    client = client_for(officer)

    version = version_of(send(client, bid, issued, remark="By e-mail"))

    seen = client.get(page(bid, version)).text
    assert "Every clause says what it said when it went out." in seen
    assert "Version 1 as issued" in seen
    assert "Go on to the next issue" in seen
    assert compared(bid, officer).came == ()
    assert compared(bid, officer).went == ()
    assert db.session.scalars(select(Reopening)).all() == []


def test_the_draft_comes_back_untouched_too(client_for, bid, officer):
    client = client_for(officer)
    draft = client.get(f"/schedules/{bid.token}/schedule.docx").data

    version = version_of(send(client, bid, draft))

    seen = client.get(page(bid, version)).text
    assert "Every clause says what it said" in seen
    assert "The draft as it stood" in seen
    assert "changed since" not in seen
    assert (compared(bid, officer).came, compared(bid, officer).went) == ((), ())


def test_on_a_template_the_words_of_its_cover_are_no_change(client_for, bid, officer, authority):
    keeper = viewer_of(make_person(Role.ADMINISTRATOR, authority, name="Ada Keene"))
    templates.choose(
        templates.add_template("House", "house.docx", odd(), by=keeper),
        "Ours",
        based_on=0,
        by=keeper,
    )
    client = client_for(officer)
    draft = client.get(f"/schedules/{bid.token}/schedule.docx").data
    # The template the file is on counts, not the one chosen since.
    templates.choose(None, "Theirs is ugly", based_on=1, by=keeper)
    version_of(send(client, bid, draft))
    assert (compared(bid, officer).came, compared(bid, officer).went) == ((), ())

    cover = docx.Document(BytesIO(draft))
    next(one for one in cover.paragraphs if "own heading" in one.text).add_run(", and more")
    version = version_of(send(client, bid, saved(cover)))

    assert compared(bid, officer).came == ("The Council's own heading, and more",)
    assert compared(bid, officer).went == ("The Council's own heading",)
    assert "Every clause says what it said" in client.get(page(bid, version)).text


@pytest.mark.both_databases
def test_a_changed_number_is_accepted_as_a_value_that_obligations_follow(
    client_for, bid, issued, officer
):
    edited = Edited(issued)
    edited.say("SA_C13_1", "4 hours", "36 hours")
    client = client_for(officer)
    version = version_of(send(client, bid, edited.saved()))
    seen = client.get(page(bid, version)).text
    assert "Outside the limit: at most 24 hours" in seen
    asked = client.get(page(bid, version, "clauses", "C13")).text
    assert "36 is entered as the value, and obligations follow it" in asked

    (waits,) = [way for way in ways_in(contracting.read(bid, officer)) if way.kind == "negotiated"]
    title = contracting.read(bid, officer).schedule.clause("C13").title
    assert waits.words == (
        f"Nobody has decided on a clause that came back from negotiation: {title}"
    )
    where = f"/schedules/{bid.token}/issue"
    assert f'<a class="govuk-link" href="{page(bid, version)}">{waits.words}' in (
        client.get(where).text
    )

    done = decide(client, bid, version, "C13")

    assert done.status_code == 302
    assert not [way for way in ways_in(contracting.read(bid, officer)) if way.kind == "negotiated"]
    found = contracting.read(bid, officer)
    assert found.values["C13", "notify_hours"].value == "36"
    assert found.redrafts == {}
    duty = now_prints(bid, officer, "C13", "1").duty
    assert (duty.when, now_prints(bid, officer, "C13", "1").departure) == ("Within 36 hours", "")
    after = client.get(page(bid, version)).text
    assert "Everything is decided." in after
    assert "Accepted</strong> by Ines Roy" in after


def test_negotiated_words_become_a_redraft_that_keeps_its_values(client_for, bid, issued, officer):
    edited = Edited(issued)
    edited.say("SA_C13_8", "must report its cause", "will use its best efforts to report its cause")
    edited.take_out("SA_C13_5")
    edited.add_after("SA_C13_4", f"The {WORDS} pays for {{every}} second update.")
    client = client_for(officer)
    version = version_of(send(client, bid, edited.saved()))

    assert decide(client, bid, version, "C13").status_code == 302

    redraft = contracting.read(bid, officer).redrafts["C13"]
    assert redraft.changed["8"].text.startswith(
        "Within {report_days} Working Days of the Security Incident being closed, the Supplier "
        "will use its best efforts to report its cause"
    )
    assert list(redraft.changed) == ["8"]
    assert redraft.removed == {"5"}
    assert [(one.after, one.words.text) for one in redraft.added] == [
        ("4", f"The {WORDS} pays for (every) second update.")
    ]
    # What the draft now prints is what came back.
    again = Edited(client.get(f"/schedules/{bid.token}/schedule.docx").data)
    printed = [p.text for p in again.document.paragraphs]
    assert f"The {WORDS} pays for (every) second update." in printed


def test_after_accepting_everything_the_draft_is_what_came_back(client_for, bid, issued, officer):
    edited = Edited(issued)
    edited.say("SA_C13_7", "must not tell", "shall not inform")
    edited.say("SA_C12_8", "The Supplier", "The Supplier, at its own cost,")
    edited.move_before("SA_C13_9", "SA_C13_4")
    client = client_for(officer)
    negotiated = edited.saved()
    version = version_of(send(client, bid, negotiated))
    for change in compared(bid, officer).to_decide:
        assert decide(client, bid, version, change.name).status_code == 302

    draft = client.get(f"/schedules/{bid.token}/schedule.docx").data

    def clauses_of(data):
        marked = Edited(data).document.paragraphs
        return [p.text for p in marked if p.style.name in ("Clause 2", "Clause 3")]

    assert clauses_of(draft) == clauses_of(negotiated)


def test_a_clause_taken_out_is_left_out_and_a_new_one_joins_the_clause_before(
    client_for, bid, issued, officer
):
    edited = Edited(issued)
    gone = contracting.read(bid, officer).schedule.clause("C18")
    for paragraph in gone.paragraphs:
        first = edited.at[f"SA_C18_{paragraph.key}"]._p
        for _ in range(len(paragraph.items) + len(paragraph.definitions)):
            first.getparent().remove(first.getnext())
        first.getparent().remove(first)
    edited.take_out("SA_C18")
    last = contracting.read(bid, officer).schedule.clause("C13").paragraphs[-1].key
    edited.add_after(f"SA_C13_{last}", "The Supplier owes nothing for delay by the Council.")
    edited.add_after(f"SA_C13_{last}", "Relief for the Supplier", style_of="SA_C13")
    client = client_for(officer)
    version = version_of(send(client, bid, edited.saved()))
    asked = client.get(page(bid, version, "clauses", "new1")).text

    assert decide(client, bid, version, "C18").status_code == 302
    assert decide(client, bid, version, "new1").status_code == 302

    assert "It is added to the end of C13, Incident and breach notification" in asked
    found = contracting.read(bid, officer)
    assert found.schedule.clause("C18") is None
    assert found.decisions["C18"].reason == "Agreed on Monday"
    words = found.schedule.clause("C13").paragraphs[-1].text
    assert words == "The Supplier owes nothing for delay by the Council."


def test_what_is_not_accepted_leaves_the_draft_and_settles_its_risks(
    client_for, bid, issued, officer
):
    held = risks_held_down(contracting.read(bid, officer))
    clause = next(name for name in held if name in ("C14", "C13", "C08", "C09", "C12"))
    edited = Edited(issued)
    key = contracting.read(bid, officer).schedule.clause(clause).paragraphs[-1].key
    edited.say(f"SA_{clause}_{key}", "must", "should, where practical,")
    client = client_for(officer)

    version = version_of(send(client, bid, edited.saved()))
    raised = db.session.scalars(select(Reopening).order_by(Reopening.subject)).all()
    assert [one.subject for one in raised] == list(held[clause])
    assert {(one.rule, one.cause) for one in raised} == {(Rule.NEGOTIATED, f"{version}:{clause}")}
    assert "Risks that this clause holds down" in client.get(page(bid, version)).text
    draft = contracting.read(bid, officer).schedule

    done = decide(client, bid, version, clause, "refuse")

    assert done.status_code == 302
    assert contracting.read(bid, officer).schedule == draft
    assert len(db.session.scalars(select(ReopeningSettled)).all()) == len(raised)
    # Accepted later after all, the risks are looked at again.
    assert decide(client, bid, version, clause, "accept", based_on="1").status_code == 302
    assert len(db.session.scalars(select(Reopening)).all()) == 2 * len(raised)


def test_the_same_file_again_is_refused_and_another_is_the_next_number(
    client_for, bid, issued, officer
):
    client = client_for(officer)
    first = version_of(send(client, bid, issued))
    edited = Edited(issued)
    edited.say("SA_C13_7", "must not tell", "shall not inform")

    again = send(client, bid, issued, remark="Kept words")
    assert again.status_code == 422
    assert "it is the very file of number 1" in again.text
    assert "Kept words" in again.text
    version_of(send(client, bid, edited.saved()))

    assert [one.number for one in versions_of(contracting.read(bid, officer))] == [2, 1]
    assert "Number 2 came in since" in client.get(page(bid, first)).text


def test_a_decision_on_an_older_file_or_on_what_did_not_change_is_refused(
    client_for, bid, issued, officer
):
    edited = Edited(issued)
    edited.say("SA_C13_7", "must not tell", "shall not inform")
    client = client_for(officer)
    older = version_of(send(client, bid, edited.saved()))
    newer = version_of(send(client, bid, issued))

    late = decide(client, bid, older, "C13")
    nothing = decide(client, bid, newer, "C13")

    assert (late.status_code, nothing.status_code) == (422, 404)
    assert "because number 2 came in since" in late.text


def test_a_decision_needs_a_reason_and_is_not_made_twice_at_once(client_for, bid, issued, officer):
    edited = Edited(issued)
    edited.say("SA_C13_7", "must not tell", "shall not inform")
    client = client_for(officer)
    version = version_of(send(client, bid, edited.saved()))

    silent = decide(client, bid, version, "C13", reason=" ")
    decide(client, bid, version, "C13", "refuse")
    overtaken = decide(client, bid, version, "C13")
    decide(client, bid, version, "C13", based_on="1")
    final = decide(client, bid, version, "C13", "refuse", based_on="2")

    assert silent.status_code == 422
    assert "Enter the reason for your decision" in silent.text
    assert "Somebody decided on this while you were reading" in overtaken.text
    assert "because its words are in the draft already" in final.text


def test_a_changed_definition_cannot_be_taken_over_and_says_why(client_for, bid, issued, officer):
    edited = Edited(issued)
    line = next(p for p in edited.document.paragraphs if p.text.startswith("Contract Year means"))
    line.runs[-2].text = line.runs[-2].text.replace("12 months", "18 months")
    client = client_for(officer)
    version = version_of(send(client, bid, edited.saved()))

    refused = decide(client, bid, version, "n2")

    assert refused.status_code == 422
    assert "You cannot accept this here" in refused.text
    assert decide(client, bid, version, "n2", "refuse").status_code == 302


class TestWhereTheProcedureDoesNotAllowIt:
    @pytest.fixture
    def facts(self):
        return contracting.FACTS | {"procedure": "open"}

    def test_it_warns_and_accepting_needs_a_tick(self, client_for, bid, issued, officer):
        edited = Edited(issued)
        edited.say("SA_C13_7", "must not tell", "shall not inform")
        client = client_for(officer)
        version = version_of(send(client, bid, edited.saved()))
        assert "Changes of substance may not be agreed" in client.get(page(bid)).text
        assert "Changes of substance may not be agreed" in client.get(page(bid, version)).text

        refused = decide(client, bid, version, "C13")
        done = decide(client, bid, version, "C13", all_the_same="all-the-same")

        assert (refused.status_code, done.status_code) == (422, 302)
        assert "Tick that you accept it all the same" in refused.text


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("negotiated.docx", b"PK\x03\x04 nothing", "damaged"),
        ("negotiated.doc", b"\xd0\xcf\x11\xe0", "cannot be taken"),
        ("negotiated.txt", b"Words", "not a Word document"),
        ("negotiated.docx", b"", "empty"),
    ],
)
def test_another_file_is_refused_with_a_sentence_and_what_was_typed(
    client_for, bid, officer, name, data, sentence
):
    refused = send(client_for(officer), bid, data, name=name, remark="Kept words")

    assert refused.status_code == 422
    assert sentence in refused.text
    assert "Kept words" in refused.text
    assert db.session.scalars(select(NegotiatedSchedule)).all() == []


def test_what_came_back_is_sealed_and_the_record_holds_hashes_alone(
    client_for, bid, issued, officer
):
    edited = Edited(issued)
    edited.say("SA_C13_7", "must not tell", f"shall not inform {WORDS}")
    negotiated = edited.saved()
    client = client_for(officer)
    version = version_of(send(client, bid, negotiated, remark=WORDS))
    decide(client, bid, version, "C13")

    row = db.session.scalars(select(NegotiatedSchedule)).one()
    assert b"Velvet" not in row.sealed_about + row.sealed_read
    entries = db.session.scalars(select(AuditEntry)).all()
    assert "Velvet" not in "".join(entry.details for entry in entries)
    actions = [entry.action for entry in entries if "negotiated" in entry.action]
    assert actions == ["schedule.negotiated", "schedule.negotiated_accepted"]
    details = json.loads(next(e.details for e in entries if e.action == "schedule.negotiated"))
    assert details["sha256"] == row.sha256
    assert client.get(page(bid, version, "file")).data == negotiated
    assert file_to_scan(row.stored_name).file.read() == negotiated
    found = contracting.read(bid, officer)
    kept = kept_of(found, row)
    assert read_plain(json.loads(as_text(kept))) == kept


@pytest.mark.both_databases
def test_neither_a_file_nor_a_decision_is_ever_changed(client_for, bid, issued, officer):
    edited = Edited(issued)
    edited.say("SA_C13_7", "must not tell", "shall not inform")
    client = client_for(officer)
    decide(client, bid, version_of(send(client, bid, edited.saved())), "C13", "refuse")

    assert db.session.scalars(select(NegotiatedDecision)).one().accepted is False
    for statement in (
        "UPDATE negotiated_decision SET reason = 'other'",
        "DELETE FROM negotiated_schedule",
    ):
        with pytest.raises(DatabaseError), transaction():
            db.session.execute(text(statement))


def test_others_find_nothing_and_who_only_reads_decides_nothing(
    client_for, bid, issued, officer, authority
):
    edited = Edited(issued)
    edited.say("SA_C13_7", "must not tell", "shall not inform")
    version = version_of(send(client_for(officer), bid, edited.saved()))
    stranger = client_for(make_person(Role.OFFICER, make_authority()))
    auditor = client_for(make_person(Role.AUDITOR, authority))

    for address in (page(bid), page(bid, version), page(bid, version, "file")):
        assert stranger.get(address).status_code == 404
        assert auditor.get(address).status_code == 200
    assert stranger.get(page(bid, version, "clauses", "C13")).status_code == 404
    assert auditor.get(page(bid, version, "clauses", "C13")).status_code == 403
    assert decide(auditor, bid, version, "C13").status_code == 403
    assert send(auditor, bid, issued).status_code == 403


def test_one_who_still_marks_alone_does_not_see_it(client_for, make_bid, opened, evaluator):
    bid = make_bid("Larkfield")
    opened()

    assert client_for(evaluator).get(page(bid)).status_code in (403, 404)


def test_before_the_results_it_tells_only_those_who_may_see_the_ranking(
    client_for, make_bid, opened, authority, officer
):
    bid = make_bid("Larkfield")
    opened()
    manager = client_for(make_person(Role.CONTRACT_MANAGER, authority))

    assert manager.get(page(bid)).status_code == 404
    assert page(bid) not in manager.get(f"/schedules/{bid.token}").text
    assert page(bid) in client_for(officer).get(f"/schedules/{bid.token}").text
    contracting.award_to(bid)
    assert manager.get(page(bid)).status_code == 200


def test_the_pages_ask_the_same_few_statements_however_many_files_and_changes(
    client_for, bid, issued, officer, statements_counted
):
    client = client_for(officer)
    first = version_of(send(client, bid, issued))
    with statements_counted() as few:
        client.get(page(bid))
    with statements_counted() as few_of_one:
        client.get(page(bid, first))
    edited = Edited(issued)
    for clause in ("C08", "C09", "C12", "C13"):
        edited.say(f"SA_{clause}_2", "must", "should")
    for words in ("one", "two"):
        edited.say("SA_C13_7", "the public", f"the public {words}")
        last = version_of(send(client, bid, edited.saved()))
    decide(client, bid, last, "C13")
    with statements_counted() as many:
        client.get(page(bid))
    with statements_counted() as many_of_one:
        client.get(page(bid, last))

    assert compared(bid, officer).counts[Change.REWORDED] == 4
    # The first file has no decisions, so one statement less is asked.
    assert len(many) <= len(few) + 1
    assert len(many_of_one) <= len(few_of_one) + 1
    assert max(len(many), len(many_of_one)) <= 15


@pytest.mark.slow
def test_a_schedule_that_comes_back_while_the_bucket_is_away_is_taken_whole_or_not_at_all(
    app, client_for, bid, issued, officer, s3
):
    client, store = client_for(officer), stores.of(app.extensions["settings"])

    for at in (1, 2):
        for how in ("cut before", "cut after", "500", "503 after", "403"):
            with s3.faulty(how, lambda number, _call, at=at: number >= at):
                answer = send(client, bid, issued, remark="Agreed on Monday")
            assert (answer.status_code, "Agreed on Monday" in answer.text) == (503, True)
    assert db.session.scalars(select(NegotiatedSchedule)).all() == []
    version_of(send(client, bid, issued))

    row = db.session.scalars(select(NegotiatedSchedule)).one()
    assert row.stored_name in {one.name for one in store.lying()}
    assert file_to_scan(row.stored_name).file.read() == issued
