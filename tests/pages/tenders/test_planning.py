"""The pages on which an officer plans a procurement: sheets, clashes, bad input, taking over."""

import re
from datetime import UTC, datetime

import pytest

from accounts.models import Membership
from accounts.rules.roles import Role
from foundation import audit, clock
from foundation.database import db
from tenders import planning, service
from tenders.service.planning import save_sheet
from tenders.service.taking_over import take_dates_into_tender
from tests.factories import make_person, make_tender, publish, viewer_of

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ABOVE = {"procedure": "open", "above_threshold": "yes", "value": "400000"}
CONDITIONS = {"electronic": "yes", "documents": "yes", "shorter": "none"}
FAILURE = {
    "services": "Flood wardens",
    "residents": "hundreds",
    "happens": "Nobody is warned",
    "worst": "harm",
    "until_harm": "1440",
    "fails": "with-help",
    "fallback": "none",
    "data_use": "daily",
    "data_again": "estimated",
}


@pytest.fixture(autouse=True)
def november(at):
    at(NOW)


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER)


@pytest.fixture
def colleague(officer):
    authority = db.session.get_one(Membership, officer.id).organisation
    return make_person(Role.OFFICER, authority, name="Ada Colleague")


@pytest.fixture
def web(client_for, officer):
    return client_for(officer)


@pytest.fixture
def tender(two_evaluators, officer):
    closes = datetime(2027, 1, 11, 12, tzinfo=UTC)
    return make_tender(officer, facts=ABOVE, closes_at=closes)


def address(tender, page=""):
    return f"/tenders/{tender.token}/planning{page and '/' + page}"


def day(name, written):
    """Return the boxes of a date, "2027-03-31", or a moment, "2027-03-31 12:00"."""
    date, _, time = written.partition(" ")
    year, month, number = date.split("-")
    boxes = {f"{name}-day": number, f"{name}-month": month, f"{name}-year": year}
    return boxes | ({f"{name}-time": time} if time else {})


def save(web, tender, topic, sent, *, version=0):
    return web.post(address(tender, topic), data={**sent, "based_on": str(version)})


def errors(answer):
    """Return the sentences of the error summary."""
    summary = re.search(r"govuk-error-summary__list.*?</ul>", answer.text, re.DOTALL)
    return re.findall(r"<li>(?:<a [^>]*>)?([^<]+)", summary[0]) if summary else []


# The list


def test_the_plan_is_a_line_of_what_to_do_and_lists_its_parts(web, tender):
    assert "Plan the procurement" in web.get(f"/tenders/{tender.token}").text

    page = web.get(address(tender)).text
    titles = re.findall(r'govuk-task-list__link" href="[^"]+" [^>]+>([^<]+)', page)
    assert titles == [
        "Duties",
        "Timetable",
        "Conflicts of interest",
        "If the service fails",
        "Risks seen before publication",
        "Team of this tender",
    ]
    assert page.count("Not begun") == 4


def test_must_and_may_are_different_words_beside_each_rule(web, tender):
    page = web.get(address(tender, "timetable")).text
    planned = page[page.index("Planned procurement notice (UK3)") :]
    award = page[page.index("Contract award notice (UK6)") :]
    hint = re.compile(r'govuk-hint">([^<]+)')
    assert hint.search(planned)[1] == (
        "May: publish a planned procurement notice (UK3) (Procurement Act 2023, section 15)."
    )
    assert hint.search(award)[1].startswith(
        "The standstill begins on this day. Must: publish a contract award notice (UK6)"
    )


def test_the_list_names_the_duties_of_this_tender_alone(web, officer, tender):
    below = make_tender(
        officer,
        facts={"procedure": "below-threshold", "above_threshold": "no", "value": "60000"},
    )
    page = web.get(address(below)).text
    assert "Reserve the contract to suppliers of the United Kingdom or of the area" in page
    assert "Prepare a conflicts assessment" not in page
    assert "Prepare a conflicts assessment" in web.get(address(tender)).text
    assert "Publish a transparency notice" not in web.get(address(tender, "duties")).text


def test_people_of_another_authority_find_no_plan(client_for, tender):
    stranger = client_for(Role.OFFICER)
    for page in ("", "timetable", "conflicts", "risks", "team", "summary", "failure/versions"):
        assert stranger.get(address(tender, page)).status_code == 404
    assert save(stranger, tender, "failure", FAILURE).status_code == 404
    assert planning.sheets(tender) == {}


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.AUDITOR, Role.BID_LEAD])
def test_only_who_edits_tenders_plans(client_for, tender, role):
    assert client_for(role).get(address(tender)).status_code == 403


# Saving


def test_a_saved_sheet_stands_in_its_form_and_among_its_versions(web, tender, officer):
    answer = save(web, tender, "failure", FAILURE)
    assert (answer.status_code, answer.location) == (302, address(tender, "failure"))
    assert planning.sheet(tender, "failure") == FAILURE

    save(web, tender, "failure", {**FAILURE, "happens": "Wardens drive out"}, version=1)

    form = web.get(address(tender, "failure")).text
    assert f"Version 2, saved by {officer.name} on 2 November 2026" in form
    versions = web.get(address(tender, "failure/versions")).text
    assert versions.index("Wardens drive out") < versions.index("Nobody is warned")
    assert "Completed, version 2" in web.get(address(tender)).text


def test_a_form_that_a_colleague_overtook_shows_both_texts_and_loses_neither(
    web, tender, colleague
):
    save_sheet(
        tender, "failure", {**FAILURE, "happens": "Hers"}, version=0, by=viewer_of(colleague)
    )

    answer = save(web, tender, "failure", {**FAILURE, "happens": "Mine", "services": ""})

    assert answer.status_code == 422
    assert errors(answer)[0].startswith("Ada Colleague saved this page after you opened it.")
    assert 'Your colleague saved:</p>\n    <p class="govuk-body app-break">Hers' in answer.text
    assert "Mine</textarea>" in answer.text
    assert "Flood wardens</textarea>" in answer.text
    assert planning.sheet(tender, "failure")["happens"] == "Hers"

    save(web, tender, "failure", {**FAILURE, "happens": "Mine"}, version=1)
    assert planning.sheet(tender, "failure")["happens"] == "Mine"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "٣"])
def test_a_made_up_version_is_a_clash_and_no_fault(web, tender, version):
    save(web, tender, "failure", FAILURE)
    answer = save(web, tender, "failure", {**FAILURE, "happens": "New"}, version=version)
    assert answer.status_code == 422
    assert planning.sheet(tender, "failure")["happens"] == "Nobody is warned"


@pytest.mark.parametrize(
    ("topic", "sent"),
    [
        ("failure", {"happens": "x" * 1501}),
        ("failure", {"worst": "the end"}),
        ("duties", {"kind": "everything"}),
        ("duties", {"framework_words": "x" * 201}),
        ("timetable", day("tender_notice", "2027-02-30")),
        ("timetable", day("tender_notice", "99999-01-01")),
        ("timetable", {"tender_notice-day": "5"}),
        ("timetable", day("closes_at", "2027-01-10 25:00")),
        ("timetable", day("closes_at", "2027-01-10 12")),
        ("conflicts", {"name_1": "x" * 101}),
        ("conflicts", {"found_1": "maybe"}),
    ],
)
def test_bad_input_is_told_at_the_field_and_saves_nothing(web, tender, topic, sent):
    answer = save(web, tender, topic, sent)
    assert answer.status_code == 422
    assert len(errors(answer)) == 1
    assert planning.sheets(tender) == {}


def test_what_no_database_can_hold_is_refused_and_shown_back(web, tender):
    answer = save(web, tender, "failure", {"services": "Flood\0wardens"})
    assert answer.status_code == 400
    assert "Flood\N{REPLACEMENT CHARACTER}wardens" in answer.text
    assert planning.sheets(tender) == {}


def test_a_sheet_that_does_not_exist_is_not_found(web, tender):
    assert web.get(address(tender, "weather")).status_code == 404


# The timetable


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (
            day("tender_notice", "2026-11-01"),
            ["Enter a date for the tender notice that is not in the past"],
        ),
        (
            day("closes_at", "2026-11-02 09:00"),
            ["Enter a date for the closing time that is not in the past"],
        ),
        (
            day("closes_at", "2027-03-28 01:30"),
            ["Enter a time outside the hour in which the clocks change"],
        ),
        (
            day("closes_at", "2027-10-31 01:30"),
            ["Enter a time outside the hour in which the clocks change"],
        ),
        (
            day("closes_at", "2027-01-10 12:00") | day("questions_until", "2027-01-10 12:00"),
            [
                "Enter a date for the closing time after the end of questions, which is 10 January "
                "2027, 12:00"
            ],
        ),
        (
            day("contract_start", "2027-04-01") | day("contract_end", "2027-03-01"),
            [
                "Enter a date for the end of the contract after the start of the contract, which "
                "is 1 April 2027"
            ],
        ),
        ({"shorter": "urgent"}, ["Enter why the shorter time may be used"]),
    ],
)
def test_dates_that_cannot_be_are_told_at_their_field(web, tender, sent, says):
    answer = save(web, tender, "timetable", sent)
    assert (answer.status_code, errors(answer)) == (422, says)
    assert planning.sheet(tender, "timetable") is None


def test_the_standstill_and_the_first_day_to_sign_are_shown(web, tender):
    sent = CONDITIONS | day("award_notice", "2026-11-24") | day("signature", "2026-12-07")
    save(web, tender, "timetable", sent)

    page = web.get(address(tender, "timetable")).text
    rows = re.findall(r'scope="row">([^<]+)</th><td[^>]*>([^<]+)', page)
    assert "30 November 2026 (Saint Andrew&#39;s Day, in Scotland)." in page
    assert rows == [
        ("Standstill ends, at the end of", "4 December 2026"),
        ("Contract may be signed from", "5 December 2026"),
        ("Contract details notice (UK7) at the latest", "5 January 2027"),
    ]


def test_a_date_the_law_forbids_is_kept_but_told_and_stops_publication(web, tender, officer):
    sent = CONDITIONS | day("award_notice", "2026-11-24") | day("signature", "2026-12-04")
    save(web, tender, "timetable", sent)

    says = (
        "The standstill of 8 working days ends on 4 December 2026: no contract is signed before it "
        "has ended"
    )
    assert says in web.get(address(tender, "timetable")).text
    with pytest.raises(service.NotReady, match="The standstill of 8 working days ends on"):
        publish(tender, officer)


def test_bids_that_close_too_soon_for_what_the_timetable_says_stop_publication(
    web, officer, client_for
):
    tender = make_tender(officer, facts=ABOVE, closes_at=datetime(2026, 11, 29, 12, tzinfo=UTC))
    service.publishing.plan_of(tender)
    save(web, tender, "timetable", CONDITIONS | {"documents": "no"})

    with pytest.raises(
        service.NotReady, match="Suppliers have 27 days for their bids; the law asks for 30"
    ):
        publish(tender, officer)

    save(web, tender, "timetable", CONDITIONS, version=1)
    publish(tender, officer)


def test_a_timetable_is_worked_out_from_the_day_of_publication_and_not_saved(web, tender):
    sent = {"begin": "notice"} | day("day", "2026-12-01")
    page = web.get(address(tender, "timetable"), query_string=sent).text

    assert "A proposal, not saved yet." in page
    assert 'name="closes_at-day" type="text" inputmode="numeric" value="29"' in page
    assert planning.sheet(tender, "timetable") is None


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"begin": "notice"} | day("day", "2026-11-01"), "Enter a date that is not in the past"),
        ({"begin": "notice"} | day("day", "2026-02-30"), "Enter a real date, like 31 3 2027"),
        ({"begin": "weekend"} | day("day", "2026-12-01"), "Select one of the options"),
        (day("day", "2026-12-01"), "Select which date you know"),
        (
            {"begin": "start"} | day("day", "2026-12-10"),
            "Enter a later start: for this one the tender notice would have had to be published by",
        ),
    ],
)
def test_a_date_from_which_nothing_follows_is_told(web, tender, asked, says):
    answer = web.get(address(tender, "timetable"), query_string=asked)
    assert answer.status_code == 200
    assert errors(answer)[0].startswith(says)


def test_a_timetable_that_differs_from_the_tender_says_so_and_either_side_can_win(web, tender):
    sent = CONDITIONS | day("closes_at", "2027-01-20 12:00") | day("contract_start", "2027-05-04")
    save(web, tender, "timetable", sent)
    page = web.get(address(tender, "timetable")).text
    assert (
        "Bids close: 20 January 2027, 12:00 noon (UK time) here, 11 January 2027, 12:00 noon (UK "
        "time) there"
    ) in page

    assert web.post(address(tender, "timetable/take"), data={}).status_code == 422
    web.post(address(tender, "timetable/take"), data={"into": "tender"})

    db.session.refresh(tender)
    assert tender.closes_at == datetime(2027, 1, 20, 12, tzinfo=UTC)
    assert tender.facts == {**ABOVE, "contract_start": "2027-05-04"}
    assert "The tender itself says something else" not in web.get(address(tender, "timetable")).text


def test_the_dates_of_the_tender_can_be_taken_into_the_timetable(web, tender):
    save(web, tender, "timetable", CONDITIONS | day("closes_at", "2027-01-20 12:00"))
    web.post(address(tender, "timetable/take"), data={"into": "timetable"})
    assert planning.sheet(tender, "timetable")["closes_at"] == "2027-01-11T12:00:00"
    assert planning.latest(tender, "timetable").version == 2


def test_dates_of_the_tender_that_make_the_timetable_impossible_are_not_taken_over(web, tender):
    sent = CONDITIONS | day("closes_at", "2026-12-20 12:00") | day("evaluation_until", "2027-01-08")
    save(web, tender, "timetable", sent)

    answer = web.post(address(tender, "timetable/take"), data={"into": "timetable"})

    assert answer.status_code == 422
    assert errors(answer) == [
        "You cannot take these dates over because the timetable would be in the wrong order. "
        "Change the timetable first: Enter a date for the end of marking on or after the closing "
        "time, which is 11 January 2027, 12:00"
    ]
    assert planning.latest(tender, "timetable").version == 1


def test_a_timetable_kept_in_the_wrong_order_says_so(web, tender, officer):
    value = {
        "closes_at": "2027-01-11T12:00:00",
        "evaluation_until": "2027-01-08",
        "electronic": "yes",
        "documents": "yes",
        "shorter": "none",
    }
    save_sheet(tender, "timetable", value, version=0, by=viewer_of(officer))
    says = (
        "Dates of the timetable are in the wrong order. Enter a date for the end of marking on or "
        "after the closing time, which is 11 January 2027, 12:00"
    )

    assert web.get(address(tender)).text.count("Dates in the wrong order") == 1
    assert web.get(f"/tenders/{tender.token}/publish").text.count(says) == 1


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        (ABOVE, "By your own word among the facts it is above the threshold."),
        ({}, "The facts do not say yet on which side of the threshold it is."),
    ],
)
def test_the_duties_say_what_the_facts_say_of_the_threshold(web, officer, facts, says):
    draft = make_tender(officer, facts=facts)
    assert web.get(address(draft, "duties")).text.count(says) == 1


def test_where_both_say_the_same_there_is_nothing_to_take_over(web, tender):
    answer = web.post(address(tender, "timetable/take"), data={})
    assert (answer.status_code, answer.location) == (302, address(tender, "timetable"))
    assert planning.sheet(tender, "timetable") is None


def test_dates_of_a_published_tender_come_only_by_amendment(web, tender, officer):
    save(web, tender, "timetable", CONDITIONS | day("closes_at", "2027-01-20 12:00"))
    publish(tender, officer)

    answer = web.post(address(tender, "timetable/take"), data={"into": "tender"})

    assert answer.status_code == 422
    assert errors(answer) == ["Select one of the options"]
    with pytest.raises(service.TenderPublished):
        take_dates_into_tender(tender, by=viewer_of(officer), moment=NOW)
    assert "put them into the tender" not in web.get(address(tender, "timetable/take")).text


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        (ABOVE, ["shorter", "tender_notice", "summaries", "award_notice"]),
        (
            {**ABOVE, "procedure": "competitive-flexible"},
            ["shorter", "tender_notice", "participation_closes", "summaries", "award_notice"],
        ),
        (
            {"procedure": "below-threshold", "above_threshold": "no", "value": "60000"},
            ["tender_notice"],
        ),
        ({**ABOVE, "procedure": "direct"}, ["transparency_notice", "award_notice"]),
        (
            {},
            [
                "shorter",
                "tender_notice",
                "transparency_notice",
                "participation_closes",
                "summaries",
                "award_notice",
            ],
        ),
    ],
)
def test_a_timetable_asks_for_the_stages_its_procedure_has(web, officer, facts, asked):
    page = web.get(address(make_tender(officer, facts=facts), "timetable")).text
    every = (
        "shorter",
        "tender_notice",
        "transparency_notice",
        "participation_closes",
        "summaries",
        "award_notice",
    )
    assert [name for name in every if re.search(f'name="{name}(-day)?"', page)] == asked


# The duties


def test_the_side_of_the_threshold_is_worked_out_and_a_difference_is_a_warning(web, officer):
    facts = {"value": "500000", "above_threshold": "yes", "procedure": "open"}
    tender = make_tender(officer, facts=facts)
    save(web, tender, "duties", {"kind": "works"})

    page = web.get(address(tender, "duties")).text
    assert (
        "Below the threshold: £500,000 with VAT beside £5,193,000 (works and concessions)." in page
    )
    assert "Your word and the figures differ." in page
    check = web.get(f"/tenders/{tender.token}/publish").text
    assert "The facts and the figures put the contract on different sides of the threshold" in check


def test_a_contract_above_the_threshold_cannot_be_reserved(web, tender, officer):
    sent = {"kind": "goods-services", "npps": "yes", "small": "One large lot", "reserved": "area"}
    save(web, tender, "duties", sent)
    with pytest.raises(service.NotReady, match="The plan reserves a contract that is not below"):
        publish(tender, officer)


# The conflicts assessment


def test_people_with_a_role_for_the_tender_stand_in_the_assessment_already(web, tender, colleague):
    add_role(colleague, tender, Role.MODERATOR)
    page = web.get(address(tender, "conflicts")).text
    assert 'name="name_1" type="text" value="Ada Colleague"' in page
    assert 'name="part_1" type="text" value="Moderator"' in page


def add_role(person, tender, role):
    held = db.session.query(Membership).filter_by(person_id=person.id).first()
    db.session.add(
        Membership(
            person_id=person.id,
            organisation_id=held.organisation_id,
            role=role,
            tender_id=tender.id,
        )
    )
    db.session.commit()


def test_a_conflict_without_a_step_stops_publication_and_with_one_does_not(web, tender, officer):
    sent = {"name_1": "Ada", "found_1": "perceived", "interest_1": "Her brother sells sensors"}
    sent |= day("prepared_on", "2026-11-02") | day("review_on", "2027-02-01")
    sent |= {"confirmed": "yes"}
    save(web, tender, "conflicts", sent)
    with pytest.raises(service.NotReady, match="No step is written for the conflict of Ada"):
        publish(tender, officer)

    save(web, tender, "conflicts", sent | {"steps_1": "She marks nothing"}, version=1)

    page = web.get(address(tender, "conflicts")).text
    assert "A conflicts assessment was prepared for this procurement on 2 November 2026" in page
    assert "was last revised as version 2" in page
    publish(tender, officer)


def test_an_assessment_is_kept_under_review_after_publication_with_every_version(
    web, tender, officer
):
    publish(tender, officer)
    sent = {"name_1": "Ada", "found_1": "none"} | day("prepared_on", "2026-11-02")
    save(web, tender, "conflicts", sent)
    save(web, tender, "conflicts", sent | {"suppliers": "Larkfield wrote the brief"}, version=1)
    assert [one.version for one in planning.history(tender, "conflicts")] == [2, 1]


def test_a_row_that_is_emptied_is_gone_and_the_others_move_up(web, tender):
    save(web, tender, "conflicts", {"name_1": "Ada", "name_2": "Ben", "name_3": "Cem"})
    save(web, tender, "conflicts", {"name_1": "", "name_2": "Ben", "name_3": "Cem"}, version=1)
    assert planning.sheet(tender, "conflicts") == {"name_1": "Ben", "name_2": "Cem"}


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"part_1": "Moderator"}, "Enter who this is about"),
        ({"name_1": "Ada", "found_1": "actual"}, "Enter what the conflict of interest is"),
        (
            day("prepared_on", "2026-11-03"),
            "Enter the day on which it was prepared, which is not in the future",
        ),
        (
            day("prepared_on", "2026-11-02") | day("review_on", "2026-11-01"),
            "Enter a day on or after the one it was prepared on",
        ),
    ],
)
def test_an_assessment_that_does_not_add_up_is_told_at_its_field(web, tender, sent, says):
    answer = save(web, tender, "conflicts", sent)
    assert (answer.status_code, errors(answer)) == (422, [says])


def test_no_form_grows_past_forty_people(web, tender):
    sent = {f"name_{number}": f"Person {number}" for number in range(1, 200)}
    save(web, tender, "conflicts", sent)
    assert len(planning.sheet(tender, "conflicts")) == 40


# If the service fails


def test_the_targets_worked_out_go_into_the_facts_with_one_button(web, tender):
    save(web, tender, "failure", FAILURE)
    page = web.get(address(tender, "failure")).text
    assert '<strong>8 hours</strong><br><span class="app-because">Harm comes after 1 day.' in page

    web.post(address(tender, "failure/take"))

    db.session.refresh(tender)
    assert tender.facts == {**ABOVE, "target_rto": "8h", "target_rpo": "4h"}


def test_no_target_is_taken_over_before_every_question_is_answered(web, tender):
    save(web, tender, "failure", {"services": "Wardens"})
    answer = web.post(address(tender, "failure/take"))
    assert answer.status_code == 409
    db.session.refresh(tender)
    assert tender.facts == ABOVE


# All of it


def test_the_whole_plan_stands_on_one_page(web, tender):
    save(web, tender, "failure", FAILURE)
    page = web.get(address(tender, "summary")).text
    headings = re.findall(r"<h2[^>]*>([^<]+)</h2>", page)
    assert headings[-6:] == [
        "Duties",
        "Timetable",
        "Conflicts of interest",
        "If the service fails",
        "Risks seen before publication",
        "Roles for this tender",
    ]
    assert "Proposed: recovery time 8 hours, recovery point 4 hours." in page


def test_a_plan_asks_the_database_little_however_much_was_saved(
    web, tender, officer, statements_counted
):
    by = viewer_of(officer)
    for number in range(6):
        save_sheet(tender, "failure", {"services": str(number)}, version=number, by=by)
    counts = []
    for page in ("", "timetable", "conflicts", "failure/versions", "summary", "team", "risks"):
        with statements_counted() as statements:
            web.get(address(tender, page))
        counts.append(len(statements))
    assert max(counts) <= 15


def test_the_record_holds_no_word_of_a_plan(web, tender):
    save(web, tender, "failure", FAILURE)
    entries = db.session.query(audit.AuditEntry).all()
    assert all("Flood wardens" not in entry.details for entry in entries)
    assert clock.now() == NOW


# What follows from dates before they are saved


def table(page, caption):
    """Return the rows of a table of the page, each a list of its cells as text."""
    found = page.text[page.text.index(caption) :]
    body = found[found.index("<tbody") : found.index("</tbody>")]
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    cells = (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows)
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


def test_dates_typed_are_checked_without_being_saved(web, tender):
    sent = (
        CONDITIONS
        | day("tender_notice", "2026-11-23")
        | day("closes_at", "2026-12-05 12:00")
        | day("award_notice", "2026-12-21")
    )
    answer = save(web, tender, "timetable", {**sent, "check": "yes"})

    assert answer.status_code == 200
    assert planning.sheet(tender, "timetable") is None
    assert "Checked, not saved yet." in answer.text
    [[what, time, enough]] = table(answer, "The time suppliers get")
    assert (what, time) == ("Time for bids", "12 days, of which 8 working days")
    assert enough.startswith("No Must 25 days")
    ends, *_ = table(answer, "What follows from these dates")
    assert ends[:2] == ["Standstill ends, at the end of", "5 January 2027"]
    assert "Too soon for the law" in answer.text
    assert 'name="closes_at-day" type="text" inputmode="numeric" value="05"' in answer.text
    assert "The tender itself says something else" not in answer.text


def test_a_check_of_impossible_dates_tells_the_error_and_still_what_follows(web, tender):
    sent = CONDITIONS | day("award_notice", "2026-12-21") | day("signature", "2026-12-01")
    answer = save(web, tender, "timetable", {**sent, "check": "yes"})

    assert answer.status_code == 422
    assert len(errors(answer)) == 1
    assert table(answer, "What follows from these dates")[0][1] == "5 January 2027"


def test_a_proposed_timetable_shows_what_follows_from_it(web, tender):
    sent = {"begin": "notice"} | day("day", "2026-12-01")
    page = web.get(address(tender, "timetable"), query_string=sent)

    [[_what, time, enough]] = table(page, "The time suppliers get")
    assert time == "28 days, of which 18 working days"
    assert enough.startswith("Yes")
    assert table(page, "What follows from these dates")[0][1] == "19 February 2027"


def test_a_weekend_or_bank_holiday_is_hinted_at_beside_its_date(web, tender):
    sent = (
        CONDITIONS | day("tender_notice", "2026-11-30") | day("closes_at", "2027-01-16 12:00")
        | day("decision", "2027-02-03")
    )  # fmt: skip
    answer = save(web, tender, "timetable", {**sent, "check": "yes"})

    hints = dict(re.findall(r'id="(\w+)-hint" class="govuk-hint">([^<]+)', answer.text))
    assert hints["tender_notice"].endswith(
        "Monday 30 November 2026 is not a working day: Saint Andrew&#39;s Day, in Scotland."
    )
    assert hints["closes_at"].endswith("Saturday 16 January 2027 is not a working day.")
    assert not hints["decision"].endswith("day.")


# A reservation that must not be


def test_a_reservation_above_the_threshold_is_told_where_it_is_set(web, tender):
    save(web, tender, "duties", {"kind": "goods-services", "reserved": "uk"})
    page = web.get(address(tender, "duties")).text
    assert "This contract must not be reserved." in page
    assert "Must not be reserved" in web.get(address(tender)).text

    save(web, tender, "duties", {"kind": "goods-services", "reserved": "no"}, version=1)
    assert "must not be reserved" not in web.get(address(tender, "duties")).text


def test_a_value_that_makes_a_reservation_unlawful_is_told_where_it_is_set(web, officer):
    small = make_tender(officer, facts={"procedure": "below-threshold", "value": "60000"})
    facts = f"/tenders/{small.token}/facts"
    save(web, small, "duties", {"kind": "goods-services", "reserved": "uk"})
    assert "must not be reserved" not in web.get(address(small, "duties")).text

    sent = {"procedure": "below-threshold", "value": "400000"}
    saved = web.get(web.post(facts, data=sent).location).text

    assert "The plan reserves a contract that is not below the threshold: take" in saved
    assert "the contract must not be reserved" in web.get(facts).text
    web.post(facts, data={**sent, "value": "60000"})
    assert "the contract must not be reserved" not in web.get(facts).text
