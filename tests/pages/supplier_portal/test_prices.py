"""A company enters its prices, online or in a workbook; they are sealed apart from its answers."""

import io
import json
import re
from decimal import Decimal
from html import unescape

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.database import db
from supplier_portal import queries, seals, service
from supplier_portal.models import PriceOffer
from supplier_portal.overview import Workspace, closing_reasons
from supplier_portal.queries.prices import last_prices, prices_of
from supplier_portal.rules.receipt import commitment
from supplier_portal.service.late import hand_in_late
from tests.factories import (
    make_open_tender,
    make_person,
    make_supplier,
    make_tender,
    publish,
    viewer_of,
)
from tests.pricing import design, offer

FULL = ("1000", "5000.5", "0", "600")


@pytest.fixture
def tender(app):
    officer = make_person(Role.OFFICER)
    draft = make_tender(officer)
    design(draft, by=viewer_of(officer))
    draft.last_saved_counts = True
    db.session.commit()
    publish(draft, officer)
    return draft


@pytest.fixture
def web(client_for, lead):
    return client_for(lead)


@pytest.fixture
def page(bid):
    return f"/bids/{bid.token}/prices"


def typed(*amounts, version="0"):
    return {"version": version} | {f"price_{n}": amount for n, amount in enumerate(amounts, 1)}


def words(page):
    return " ".join(unescape(re.sub("<[^>]+>", " ", page.text)).split())


def submit(bid, lead):
    return service.submit_bid(
        bid,
        by=viewer_of(lead),
        arrived_at=clock.now(),
        declared_by="Mara Voss",
        knows_missing=True,
    )


def handed_in(bid, submission):
    return json.loads(queries.submitted_text(bid, submission))


def test_prices_are_saved_and_totalled_to_the_penny(web, page, bid):
    web.post(page, data=typed("£1,000", "5000.5", "0", ""))

    said = words(web.get(page))
    assert said.count("The prices are saved. The total is £55,001.50") == 1
    assert said.count("1 of 4 lines have no price. Version 1") == 1
    assert said.count("£40,000.00") == said.count("£15,001.50") == 1
    web.post(page, data=typed("£1,000", "5000.50", "0.00", "", version="1"))
    assert last_prices(bid).number == 1


def test_the_submission_names_number_and_hash_and_holds_no_price(web, page, bid, lead):
    web.post(page, data=typed("1234.56", "5000.5", "0", "600"))
    submission = submit(bid, lead)
    text = queries.submitted_text(bid, submission)
    receipt = web.get(f"/bids/{bid.token}/submissions/1")
    proof = web.get(f"{page}/1.json").get_json()

    price = json.loads(text)["price"]
    assert price == {
        "number": 1,
        "commitment": commitment(bytes.fromhex(proof["salt"]), proof["text"]),
    }
    assert text.count("1234.56") == 0
    assert words(receipt).count(price["commitment"]) == 1
    assert json.loads(proof["text"])["prices"]["L1"] == "1234.56"


def test_a_replaced_bid_names_the_new_prices_and_the_old_ones_stay(web, page, bid, lead):
    web.post(page, data=typed(*FULL))
    first = submit(bid, lead)
    assert words(web.get(f"/bids/{bid.token}/check")).count("What you changed since is saved") == 0
    web.post(page, data=typed("900", "5000", "0", "600", version="1"))
    unsent = words(web.get(f"/bids/{bid.token}/check"))
    second = submit(bid, lead)

    assert unsent.count("What you changed since is saved but not handed in") == 1
    assert [handed_in(bid, one)["price"]["number"] for one in (first, second)] == [1, 2]
    assert db.session.scalars(select(PriceOffer.number)).all() == [1, 2]
    assert handed_in(bid, first)["price"] != handed_in(bid, second)["price"]


def test_the_check_says_what_is_missing_and_a_bid_may_be_handed_in_all_the_same(
    web, page, bid, lead
):
    empty = words(web.get(f"/bids/{bid.token}/check"))
    web.post(page, data=typed("1000"))
    begun = words(web.get(f"/bids/{bid.token}/check"))
    listed = words(web.get(f"/bids/{bid.token}"))
    web.post(page, data=typed("", version="1"))
    submission = submit(bid, lead)

    assert empty.count("No prices are saved.") == 1
    assert begun.count("3 lines of the price schedule have no price.") == 1
    assert listed.count("3 without a price") == 1
    assert handed_in(bid, submission).get("price") is None
    receipt = words(web.get(f"/bids/{bid.token}/submissions/1"))
    assert receipt.count("No prices were handed in with this version.") == 1


def test_a_charge_that_an_answer_denies_is_shown_at_once(web, page, save, bid):
    save({"SLP-04.b": {"answer": "yes"}, "SLP-04.b2": "no-charges"})
    web.post(page, data=typed("1", "1", "5", "1"))
    shown = words(web.get(page))
    check = words(web.get(f"/bids/{bid.token}/check"))

    says = "Line L3 (Calls to the API) is priced at £5.00, and SLP-04.b2 says that there are no"
    assert (shown.count(says), check.count(says)) == (1, 1)
    assert shown.count("This may be right") == 1


def test_a_mistake_stands_at_its_line_with_everything_typed(web, page, bid):
    answer = web.post(page, data=typed("10", "twelve", "-1", "0.00001"))

    assert answer.status_code == 422
    assert re.findall(r'id="(price_\d)-error"', answer.text) == ["price_2", "price_3", "price_4"]
    assert answer.text.count('value="twelve"') == 1
    assert last_prices(bid).number == 0


def test_what_a_colleague_saved_is_shown_beside(web, page, bid, supplier):
    colleague = make_person(Role.CONTRIBUTOR, supplier, name="Bo Lund")
    offer(bid, "7", by=viewer_of(colleague))
    clash = web.post(page, data=typed("8"))
    again = web.post(page, data=typed("8", version="1"))

    assert clash.status_code == 409
    assert words(clash).count("Saved by Bo Lund") == 1
    assert again.status_code == 302
    assert last_prices(bid).prices == {"L1": Decimal("8.00")}


def test_after_closing_nothing_is_saved_and_it_can_still_be_read(
    client_for, page, bid, lead, after_closing
):
    offer(bid, *FULL, by=viewer_of(lead))
    after_closing()
    web = client_for(lead)
    late = web.post(page, data=typed("1", version="1"))
    read = web.get(page)

    assert (late.status_code, read.status_code) == (422, 200)
    assert words(read).count("£55,001.50") == 1
    assert last_prices(bid).number == 1


def test_what_was_saved_goes_with_a_late_bid(bid, lead, after_closing):
    offer(bid, *FULL, by=viewer_of(lead))
    after_closing()
    late = hand_in_late(
        bid,
        by=viewer_of(lead),
        arrived_at=clock.now(),
        why="Our connection failed",
        declared_by="Mara Voss",
        knows_missing=True,
    )
    content = json.loads(seals.open_late(bid, seals.supplier_key(bid), late))
    assert content["price"]["number"] == 1


def test_the_clock_hands_in_no_bid_without_prices(web, bid, lead):
    web.post(f"/bids/{bid.token}/at-closing", data={"declared_by": "Mara Voss", "agreed": "yes"})
    reasons = closing_reasons(Workspace(queries.my_bid(viewer_of(lead), bid.token)))
    assert reasons.count("4 lines of the price schedule have no price") == 1


def test_a_workbook_goes_out_with_formulas_and_comes_back(web, page, bid):
    web.post(page, data=typed("1000"))
    book = load_workbook(io.BytesIO(web.get(f"{page}.xlsx").data))
    sheet = book["Prices"]
    assert sheet["H2"].value == '=IF(G2="","",ROUND(E2*F2*G2,2))'
    assert sheet["H6"].value == "=SUM(H2,H3,H4)"
    assert [sheet.cell(row, 7).value for row in range(2, 6)] == [1000, None, None, None]
    sheet["G3"], sheet["G4"], sheet["G5"] = 5000.5, "free", "=1+1"
    read = upload(web, page, book)

    said = words(read)
    assert said.count("2 of 4 prices were read") == 1
    assert said.count("Prices G4 Enter the price of L3 as a number, like 1250.50") == 1
    assert said.count("Prices G5 The cell holds a formula") == 1
    assert read.text.count('value="5000.5"') == 1
    assert last_prices(bid).number == 1


def upload(web, page, book):
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return web.post(
        f"{page}/workbook",
        data={"file": (stream, "prices.xlsx")},
        content_type="multipart/form-data",
    )


def test_the_workbook_of_another_schedule_is_not_read(web, page):
    book = load_workbook(io.BytesIO(web.get(f"{page}.xlsx").data))
    cover = book["About"]
    row = next(r for r in range(1, 20) if cover.cell(r, 1).value == "Fingerprint of the lines")
    cover.cell(row, 2).value = "0" * 64
    other = upload(web, page, book)
    junk = web.post(
        f"{page}/workbook",
        data={"file": (io.BytesIO(b"PK nonsense"), "prices.xlsx")},
        content_type="multipart/form-data",
    )

    assert (other.status_code, junk.status_code) == (422, 422)
    assert words(other).count("price schedule of another tender") == 2


def test_a_line_added_twice_or_taken_out_of_a_workbook_is_named(web, page):
    book = load_workbook(io.BytesIO(web.get(f"{page}.xlsx").data))
    sheet = book["Prices"]
    sheet["A3"], sheet["A4"] = "L1", "X9"
    said = words(upload(web, page, book))

    assert said.count("Line L1 is there twice") == 1
    assert said.count("No line of the price schedule is called “X9”") == 1
    assert said.count("Line L2 is not in the workbook") == 1


@pytest.mark.parametrize(
    "odd", [{"version": "9" * 30}, {"price_1": "9" * 500}, {"price_1": "1e9"}, {"price_9": "1"}]
)
def test_no_input_makes_it_fail(web, page, odd):
    assert web.post(page, data=typed("1", "2") | odd).status_code in (302, 409, 422)


def test_roles_and_other_companies(client_for, page, supplier, bid):
    reader = client_for(make_person(Role.CERTIFIER, supplier))
    stranger = client_for(make_person(Role.BID_LEAD, make_supplier("Other")))
    council = client_for(make_person(Role.OFFICER))

    assert [who.get(page).status_code for who in (reader, stranger, council)] == [200, 404, 403]
    assert stranger.post(page, data=typed("1")).status_code == 404
    assert [stranger.get(f"{page}{end}").status_code for end in (".xlsx", "/1.json")] == [404, 404]
    assert reader.get(f"{page}/1.json").status_code == 404


def test_a_tender_without_a_schedule_has_no_page_of_prices(client_for, lead):
    bid = service.start_bid(make_open_tender(), by=viewer_of(lead), arrived_at=clock.now())

    assert client_for(lead).get(f"/bids/{bid.token}/prices").status_code == 404
    assert prices_of(bid) is None


def test_what_is_typed_is_kept(web, page, bid):
    web.post(f"/bids/{bid.token}/typed/prices", data={"price_1": "77.77"})
    offered = web.get(page)
    used = web.get(f"{page}?typed=use")

    assert offered.text.count("77.77") == 0
    assert used.text.count('value="77.77"') == 1


def test_the_page_takes_few_statements(web, page, statements_counted):
    web.post(page, data=typed(*FULL))
    web.get(page)
    with statements_counted() as statements:
        assert web.get(page).status_code == 200
    assert len(statements) <= 15
