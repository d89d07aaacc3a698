"""Lots: a procurement divided into tenders of their own, before and after one is published."""

import json

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from accounts.models import Organisation
from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.mail import Message
from tenders import queries, service
from tenders.models import Procurement, Tender
from tenders.outcome_guide import shipped_guide
from tenders.service import lots
from tenders.stated import statement_of, version_of_page
from tests.factories import make_authority, make_person, make_tender, publish, viewer_of
from tests.taking_part import asked, taking_part

WHY = "So that small companies can bid for the part they are good at."
DIVIDED = {"title": "Sensors for streets", "reference": "HC-LOTS", "reason": WHY}


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER, make_authority())


@pytest.fixture
def web(client_for, officer):
    return client_for(officer)


@pytest.fixture
def tender(officer):
    return make_tender(officer, title="Sensors", reference="HC-1", facts={"personal_data": True})


@pytest.fixture
def procurement(tender, officer):
    division = lots.Division(**DIVIDED)
    return lots.create_procurement(division, by=viewer_of(officer), first=tender)


@pytest.fixture
def second(procurement, tender, officer):
    return lots.add_lot(
        procurement, title="Platform", reference="HC-2", like=tender, by=viewer_of(officer)
    )


def terms_of(tender):
    return json.loads(queries.frozen_text(tender))["terms"]


def actions_about(token):
    found = select(AuditEntry.action).where(AuditEntry.subject == token).order_by(AuditEntry.id)
    return list(db.session.scalars(found))


def numbers(procurement):
    return [
        (lot.lot_number, lot.title)
        for lot in db.session.scalars(
            select(Tender)
            .where(Tender.procurement_id == procurement.id)
            .order_by(Tender.lot_number)
            .execution_options(populate_existing=True)
        )
    ]


def test_a_draft_is_divided_and_becomes_lot_1(web, tender):
    form = web.get(f"/tenders/procurements/new?lot={tender.token}")
    made = web.post(f"/tenders/procurements/new?lot={tender.token}", data=DIVIDED)

    assert 'value="Sensors"' in form.text
    assert made.status_code == 302
    page = web.get(made.location)
    assert "Sensors for streets" in page.text
    assert WHY in page.text
    assert tender.lot_number == 1
    assert actions_about(tender.token)[-1] == "tender.lot_moved_in"
    assert "Lot 1 of 1 of “Sensors for streets”" in web.get(f"/tenders/{tender.token}").text
    assert web.get(f"/tenders/{tender.token}/lots").location == made.location


def test_what_cannot_be_is_refused_and_kept_on_the_page(web, tender, procurement):
    sent = DIVIDED | {"most_bid": "1", "most_won": "2", "how_won": "The dearest."}

    unclear = web.post("/tenders/procurements/new", data=sent)
    taken = web.post("/tenders/procurements/new", data=DIVIDED)
    empty = web.post("/tenders/procurements/new", data={})
    huge = web.post("/tenders/procurements/new", data=DIVIDED | {"most_bid": "9" * 400})

    assert [one.status_code for one in (unclear, taken, empty, huge)] == [422] * 4
    assert "Enter at most as many lots to win as a supplier may bid for" in unclear.text
    assert "The dearest." in unclear.text
    assert "Enter another reference" in taken.text
    assert "Enter why it is divided as it is" in empty.text
    assert db.session.scalars(select(Procurement)).all() == [procurement]


def test_a_new_lot_takes_over_what_another_has(web, procurement, tender, officer):
    by = viewer_of(officer)
    page = shipped_guide().pages[0]
    said = {page.fields[0].id: "Fewer children breathe bad air."}
    service.save_outcome(tender, page, said, based_on=version_of_page(page, {}), by=by)
    service.show_outcome(tender, True, by=by)
    sent = {"title": "Platform", "reference": "HC-2", "like": tender.token}

    added = web.post(f"/tenders/procurements/{procurement.token}/add", data=sent)

    assert added.status_code == 302
    lot = db.session.scalars(select(Tender).where(Tender.reference == "HC-2")).one()
    assert (lot.lot_number, lot.title, lot.stage) == (2, "Platform", "draft")
    assert (lot.closes_at, lot.facts, lot.plan_sha256) == (
        tender.closes_at,
        tender.facts,
        tender.plan_sha256,
    )
    assert lot.sealing_key != tender.sealing_key
    copied = statement_of(lot)
    assert (copied.values, copied.shown_to_suppliers) == (statement_of(tender).values, True)


def test_a_lot_begins_only_from_a_lot_of_the_same_procurement(web, procurement, officer):
    stranger = make_tender(officer)

    refused = web.post(
        f"/tenders/procurements/{procurement.token}/add",
        data={"title": "X", "reference": "X-1", "like": stranger.token},
    )
    taken = web.post(
        f"/tenders/procurements/{procurement.token}/add",
        data={"title": "X", "reference": stranger.reference, "like": numbers(procurement)[0][1]},
    )

    assert (refused.status_code, taken.status_code) == (422, 422)
    assert len(numbers(procurement)) == 1


def test_a_draft_moves_in_from_either_page(web, procurement, officer):
    one, other = make_tender(officer, title="One"), make_tender(officer, title="Other")

    web.post(f"/tenders/procurements/{procurement.token}/in", data={"tender": one.token})
    web.post(f"/tenders/{other.token}/lots/into", data={"procurement": procurement.token})
    again = web.post(f"/tenders/{other.token}/lots/into", data={"procurement": procurement.token})

    assert numbers(procurement) == [(1, "Sensors"), (2, "One"), (3, "Other")]
    assert again.status_code == 409


def test_a_lot_moves_out_with_a_reason_and_the_others_move_up(
    web, procurement, second, officer, tender
):
    lots.add_lot(procurement, title="Third", reference="HC-3", like=tender, by=viewer_of(officer))

    without = web.post(f"/tenders/{second.token}/lots/out", data={"because": ""})
    out = web.post(f"/tenders/{second.token}/lots/out", data={"because": "It is wanted sooner."})

    assert (without.status_code, out.status_code) == (422, 302)
    assert numbers(procurement) == [(1, "Sensors"), (2, "Third")]
    assert (second.procurement_id, second.lot_number) == (None, None)
    assert second.undivided_because == "It is wanted sooner."
    assert actions_about(second.token)[-1] == "tender.lot_moved_out"


def test_why_something_is_not_divided_is_kept_and_published(web, tender, officer, client_for):
    before = web.get(f"/tenders/{tender.token}").text
    empty = web.post(f"/tenders/{tender.token}/lots", data={"because": " "})
    saved = web.post(f"/tenders/{tender.token}/lots", data={"because": "Too small to divide."})
    after = web.get(f"/tenders/{tender.token}").text
    publish(tender, officer)

    assert "To decide" in before
    assert (empty.status_code, saved.status_code) == (422, 302)
    assert "Not divided" in after
    assert terms_of(tender)["undivided_because"] == "Too small to divide."
    offered = client_for(Role.BID_LEAD).get(f"/opportunities/{tender.token}").text
    assert "Not divided into lots: Too small to divide." in offered


def test_lot_and_limits_are_frozen_with_the_questions(procurement, second, tender, officer):
    limits = lots.Division(**DIVIDED, most_bid=2, most_won=1, how_won="the dearest.")
    lots.edit_procurement(procurement, limits, by=viewer_of(officer))

    publish(second, officer)

    lot = terms_of(second)["lot"]
    assert (lot["number"], lot["of"], lot["procurement"]["reference"]) == (2, 2, "HC-LOTS")
    assert lot["divided_because"] == WHY
    assert lot["limits"] == [
        "A supplier may bid for at most 2 lots",
        "A supplier may win at most 1 lot",
        "If it would win more: the dearest.",
    ]


def test_once_a_lot_is_published_no_lot_comes_goes_or_changes_its_limits(
    web, procurement, second, tender, officer
):
    publish(second, officer)
    stranger = make_tender(officer)
    place = f"/tenders/procurements/{procurement.token}"
    sent = {"title": "Third", "reference": "HC-3", "like": tender.token}

    added = web.post(f"{place}/add", data=sent)
    moved = web.post(f"{place}/in", data={"tender": stranger.token})
    out = web.post(f"/tenders/{tender.token}/lots/out", data={"because": "It is wanted sooner."})
    edited = web.post(f"{place}/edit", data=DIVIDED | {"most_bid": "1"})

    assert "because lot 2 is published" in added.text
    assert "because lot 2 is published" in edited.text
    assert [one.status_code for one in (added, moved, out, edited)] == [422, 409, 409, 422]
    assert numbers(procurement) == [(1, "Sensors"), (2, "Platform")]
    page = web.get(place).text
    assert "Add a lot" not in page
    assert "Take out" not in page


def test_suppliers_see_which_lot_it_is_and_find_the_others_that_are_published(
    procurement, second, tender, officer, client_for
):
    lots.add_lot(procurement, title="Third", reference="HC-3", like=tender, by=viewer_of(officer))
    publish(tender, officer)
    publish(second, officer)
    supplier = client_for(Role.BID_LEAD)

    listed = supplier.get("/opportunities").text
    page = supplier.get(f"/opportunities/{second.token}").text
    bid = supplier.post(f"/opportunities/{second.token}/start").location
    at_work = supplier.get(bid).text

    assert "Lot 1 of 3 of “Sensors for streets”" in listed
    assert "Lot 2 of 3 of “Sensors for streets”" in listed
    assert "Lot 2 of 3 of “Sensors for streets”" in page
    assert f'href="/opportunities/{tender.token}"' in page
    assert f'href="/opportunities/{tender.token}"' in at_work
    assert "Third" not in page


def test_every_page_and_letter_of_a_bid_says_which_lot_it_is_for(second, officer, client_for):
    publish(second, officer)
    lead = make_person(Role.BID_LEAD)
    supplier = client_for(lead)
    bid = supplier.post(f"/opportunities/{second.token}/start").location
    declared = {"knows_missing": "yes", "agreed": "yes", "declared_by": "Mara Voss"}
    receipt = supplier.post(f"{bid}/check", data=declared).location

    pages = [supplier.get(page).text for page in (bid, f"{bid}/check", f"{bid}/withdraw", receipt)]
    letter = db.session.scalars(select(Message).where(Message.recipient == lead.email)).one()

    words = "Lot 2 of 2 of “Sensors for streets”"
    assert [text.count(words) for text in (*pages, letter.text)] == [1] * 5


def test_the_list_of_suppliers_takes_as_many_statements_for_many_lots_as_for_few(
    procurement, second, tender, officer, client_for, statements_counted
):
    publish(tender, officer)
    supplier = client_for(Role.BID_LEAD)
    with statements_counted() as few:
        supplier.get("/opportunities")
    publish(second, officer)
    for number in range(4):
        publish(make_tender(officer, title=f"Alone {number}"), officer)

    with statements_counted() as many:
        supplier.get("/opportunities")

    assert len(many) == len(few)


def test_the_page_of_a_procurement_takes_few_statements_however_many_lots(
    procurement, tender, officer, web, statements_counted
):
    by = viewer_of(officer)
    for number in range(2, 10):
        lots.add_lot(procurement, title=f"L{number}", reference=f"L{number}", like=tender, by=by)
    make_tender(officer)
    place = f"/tenders/procurements/{procurement.token}"
    web.get(place)

    with statements_counted() as statements:
        page = web.get(place)

    assert page.text.count('scope="row"') == 9
    assert len(statements) <= 8


@pytest.mark.parametrize("path", ["", "/edit", "/add"])
def test_another_authority_finds_no_procurement(path, procurement, client_for):
    stranger = client_for(Role.OFFICER)

    assert stranger.get(f"/tenders/procurements/{procurement.token}{path}").status_code == 404


def test_another_authority_moves_nothing_in(procurement, client_for, officer):
    stranger = make_person(Role.OFFICER)
    web, draft = client_for(stranger), make_tender(stranger)

    from_procurement = web.post(
        f"/tenders/procurements/{procurement.token}/in", data={"tender": draft.token}
    )
    from_draft = web.post(
        f"/tenders/{draft.token}/lots/into", data={"procurement": procurement.token}
    )

    assert (from_procurement.status_code, from_draft.status_code) == (404, 422)
    assert len(numbers(procurement)) == 1


def test_an_authority_that_takes_part_in_one_lot_sees_that_one(
    procurement, second, tender, officer, client_for
):
    partner = client_for(taking_part(second, officer))
    asked(tender, officer, "Elmsworth Council")

    page = partner.get(f"/tenders/procurements/{procurement.token}")
    listed = partner.get("/tenders/procurements")
    edit = partner.get(f"/tenders/procurements/{procurement.token}/edit")

    assert "Platform" in page.text
    assert f"/tenders/{tender.token}" not in page.text
    assert "Add a lot" not in page.text
    assert "Sensors for streets" in listed.text
    assert edit.status_code == 404


def test_an_evaluator_reads_the_lots_and_changes_nothing(procurement, officer, client_for):
    authority = viewer_of(officer).organisation_id
    evaluator = client_for(make_person(Role.EVALUATOR, db.session.get_one(Organisation, authority)))
    place = f"/tenders/procurements/{procurement.token}"

    assert evaluator.get(place).status_code == 200
    assert "Add a lot" not in evaluator.get(place).text
    assert evaluator.get(f"{place}/edit").status_code == 403


@pytest.mark.both_databases
def test_no_two_lots_have_one_number(procurement, second, tender):
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(Tender).where(Tender.id == tender.id).values(lot_number=2))


@pytest.mark.both_databases
def test_lots_move_up_on_both_databases(procurement, second, tender, officer):
    lots.add_lot(procurement, title="Third", reference="HC-3", like=tender, by=viewer_of(officer))

    lots.move_out(tender, "It comes first.", by=viewer_of(officer))

    assert numbers(procurement) == [(1, "Platform"), (2, "Third")]


@pytest.mark.parametrize("path", ["", "/publish"])
def test_the_pages_of_a_lot_bought_together_take_few_statements(
    path, second, officer, web, statements_counted
):
    taking_part(second, officer)
    place = f"/tenders/{second.token}{path}"
    web.get(place)

    with statements_counted() as statements:
        web.get(place)

    assert len(statements) <= 15, statements
