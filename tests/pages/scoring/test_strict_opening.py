"""Strict opening: without two of three officers' parts nobody on the buying side reads a bid."""

import json
import re
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock, keys
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.jobs import run_due_jobs
from scoring import service
from scoring.queries.late import late_bids
from scoring.service.late import decide_late
from supplier_portal import queries as portal_queries
from supplier_portal import seals as bid_seals
from supplier_portal import service as portal
from supplier_portal.service.late import hand_in_late
from tenders import queries, seals
from tenders import service as tenders
from tenders.models import Approval, OpeningPart, Tender
from tenders.rules.opening import TOGETHER_WITHIN
from tenders.service import opening, two_officers
from tenders.service.stages import KeyNotBrought
from tests.documents.scoring.bids import answer, full
from tests.factories import PASSWORD, make_person, make_supplier, make_tender, publish, viewer_of
from tests.opening import address_of, be_ready, confirm
from tests.pages.scoring.conftest import CLOSES_AT, FACTS, OPENS_AT, with_exception

SECRET = "Velvet-Harpsichord"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
NAMES = ("Ines Roy", "Dan Moss", "Ada Finch")


@pytest.fixture
def officers(authority):
    return [make_person(Role.OFFICER, authority, name=name) for name in NAMES]


@pytest.fixture
def officer(officers):
    return officers[0]


def choose(tender, officers, *, by, strictly=True, shows_count=False):
    people = tuple(one.id for one in officers)
    chosen = opening.Opening(strictly=strictly, shows_count=shows_count, custodians=people)
    opening.set_opening(tender, chosen, by=viewer_of(by))


def take(tender, officer):
    return opening.take_part(tender, by=viewer_of(officer), password=PASSWORD)


@pytest.fixture
def draft(officers):
    tender = make_tender(officers[0], closes_at=CLOSES_AT, facts=FACTS)
    with transaction():
        tender.last_saved_counts = True
    choose(tender, officers, by=officers[0])
    return tender


@pytest.fixture
def parts(draft, officers):
    return [take(draft, officer) for officer in officers]


@pytest.fixture
def tender(draft, parts, officers):
    publish(draft, officers[0])
    return draft


class SignedInWhenAsked:
    """The browsers of the three officers, each signed in when it is first used."""

    def __init__(self, client_for, officers):
        self.sign_in, self.officers, self.known = client_for, officers, {}

    def __getitem__(self, number):
        if number not in self.known:
            self.known[number] = self.sign_in(self.officers[number])
        return self.known[number]


@pytest.fixture
def clients(client_for, officers):
    return SignedInWhenAsked(client_for, officers)


def opened(tender):
    db.session.refresh(tender)
    return tender.opened_at is not None


def open_together(clients, tender, parts, first=0, second=1):
    ready = be_ready(clients[first], tender, part=parts[first])
    return ready, confirm(clients[second], tender, part=parts[second])


def read(tender, officer):
    return portal_queries.opened_bids(viewer_of(officer), tender)


def started_bid(tender, name="Larkfield", text=SECRET):
    """A bid with every answer saved, not submitted."""
    by = viewer_of(make_person(Role.BID_LEAD, make_supplier(name)))
    bid = portal.start_bid(tender, by=by, arrived_at=clock.now())
    answers = {
        part.id: (0, with_exception(answer(part, True, text)))
        for part in full().parts.values()
        if part.kind != "file"
    }
    portal.save_answers(bid, answers, by=by, arrived_at=clock.now())
    return bid, by


def hand_in(bid, by):
    return portal.submit_bid(
        bid, by=by, arrived_at=clock.now(), declared_by="Mara Voss", knows_missing=True
    )


@pytest.mark.parametrize(("first", "second"), list(permutations(range(3), 2)))
def test_any_two_of_the_three_open_and_read_the_bids(
    first, second, tender, parts, clients, officers, make_bid, at
):
    make_bid("Larkfield", text=SECRET)
    at(OPENS_AT)

    ready, sent = open_together(clients, tender, parts, first, second)

    assert (ready.status_code, sent.status_code, opened(tender)) == (302, 302, True)
    (bid,) = read(tender, officers[0])
    assert SECRET in json.dumps(bid.content)
    page = clients[0].get(f"/evaluation/bids/{bid.bid.token}/questions/SLP-07")
    assert SECRET in page.text


@pytest.mark.both_databases
def test_what_is_in_the_database_and_the_keys_folder_opens_no_bid_before(
    tender, make_bid, parts, officers, at
):
    bid = make_bid("Larkfield", text=SECRET)
    at(OPENS_AT)
    with transaction():
        tender.opened_at = OPENS_AT

    with pytest.raises(seals.StillSealed):
        bid_seals.opened_key(bid)
    context = f"bid:{bid.token}"
    own_key = keys.unwrap(tender.sealing_key, purpose=f"tender:{tender.token}")
    sealed = bid.key_for_tender.removeprefix(seals.STRICT)
    for tried in (context, f"opening:{tender.token}:{context}"):
        with pytest.raises(keys.SealBroken):
            keys.open_sealed(seals.base64.b64decode(sealed), key=own_key, context=tried)


def test_the_inner_step_opens_nothing_without_the_parts(tender, officers, make_bid, at):
    make_bid("Larkfield")
    at(OPENS_AT)

    with pytest.raises(KeyNotBrought):
        service.open_bids(tender, by=viewer_of(officers[0]))

    assert opened(tender) is False


def everything_stored(tmp_path):
    db.session.commit()
    return b"".join(path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file())


def test_a_part_is_shown_once_and_kept_nowhere(draft, clients, tmp_path):
    address = f"/tenders/{draft.token}/opening/part"
    before = clients[0].get(address)

    page = clients[0].post(address, data={"password": PASSWORD})

    part = " ".join(re.findall(r"<span>([0-9A-Z]{4})</span>", page.text))
    assert (page.status_code, len(part)) == (200, 39)
    assert "no-store" in page.headers["Cache-Control"]
    assert part.split()[0] not in before.text + clients[0].get(address).text
    stored = everything_stored(tmp_path)
    plain = part.replace(" ", "")
    for form in (part, plain, plain[:28], plain.lower()):
        assert form.encode() not in stored
    assert clients[0].post(f"{address}/check", data={"opening_part": part}).status_code == 302


def test_a_part_is_taken_with_the_password_and_by_who_is_named(
    draft, clients, client_for, authority, officers
):
    address = f"/tenders/{draft.token}/opening/part"
    outsider = client_for(make_person(Role.OFFICER, authority))

    wrong = clients[0].post(address, data={"password": "not my password"})

    assert wrong.status_code == 422
    assert '<a href="#password">Enter the password of your account</a>' in wrong.text
    assert outsider.post(address, data={"password": PASSWORD}).status_code == 404
    assert outsider.get(address).status_code == 404
    taken = db.session.scalars(select(OpeningPart.public_key)).all()
    assert taken == [None, None, None]


def test_publication_waits_until_all_three_have_their_parts(draft, officers, clients):
    by = viewer_of(officers[0])
    refused = []
    for officer in officers:
        with pytest.raises(tenders.NotReady) as found:
            tenders.publish_tender(draft, by=by, libraries={})
        refused.append(str(found.value))
        take(draft, officer)
    tenders.publish_tender(draft, by=by, libraries={})

    assert refused == [
        "Ines Roy, Dan Moss, Ada Finch have not taken the part yet",
        "Dan Moss, Ada Finch have not taken the part yet",
        "Ada Finch has not taken the part yet",
    ]
    assert draft.published_at is not None


def test_the_page_before_publication_links_to_what_is_missing(draft, clients):
    page = clients[0].get(f"/tenders/{draft.token}/publish")

    assert f'href="/tenders/{draft.token}/opening"' in page.text
    assert "have not taken the part yet" in page.text


def test_the_published_terms_carry_the_public_half_and_suppliers_are_told(
    tender, client_for, officers
):
    terms = json.loads(queries.frozen_text(tender))["terms"]
    lead = client_for(make_person(Role.BID_LEAD))

    page = lead.get(f"/opportunities/{tender.token}")

    assert terms["opening"] == {"strictly": True, "public_key": tender.opening_public_key}
    assert "Two of three named officers each bring their part of a key" in page.text
    assert [name in page.text for name in NAMES] == [False] * 3


def test_after_publication_no_part_is_made_and_nobody_exchanged(
    tender, clients, officers, authority
):
    other = make_person(Role.OFFICER, authority)

    page = clients[0].post(f"/tenders/{tender.token}/opening/part", data={"password": PASSWORD})
    with pytest.raises(tenders.TenderPublished):
        choose(tender, [other, *officers[1:]], by=officers[0])

    assert page.status_code == 409
    shown = clients[0].get(f"/tenders/{tender.token}/opening")
    assert "Nobody can take the place of an officer who holds a part" in shown.text


def test_whoever_is_exchanged_before_publication_has_a_part_that_opens_nothing(
    draft, parts, officers, authority, client_for, at
):
    comes = make_person(Role.OFFICER, authority, name="Kit Lowe")
    before = draft.opening_public_key
    choose(draft, [comes, *officers[1:]], by=officers[0])
    waits = opening.opening_missing(draft)
    new = take(draft, comes)
    publish(draft, officers[1])
    bid, by = started_bid(draft)
    hand_in(bid, by)
    at(OPENS_AT)

    gone = be_ready(client_for(officers[0]), draft, part=parts[0])
    lent = be_ready(client_for(comes), draft, part=parts[0])
    _, sent = open_together([client_for(comes), client_for(officers[1])], draft, [new, parts[1]])

    assert waits == "Kit Lowe has not taken the part yet"
    assert draft.opening_public_key != before
    assert (gone.status_code, lent.status_code) == (422, 422)
    assert "you are not one of the three officers" in gone.text
    assert "this is another one" in lent.text
    assert (sent.status_code, len(read(draft, comes))) == (302, 1)


def test_a_part_taken_again_replaces_the_first(draft, parts, officers, client_for, at):
    again = take(draft, officers[0])
    publish(draft, officers[1])
    at(OPENS_AT)

    lost = be_ready(client_for(officers[0]), draft, part=parts[0])
    found = be_ready(client_for(officers[0]), draft, part=again)

    assert (lost.status_code, found.status_code) == (422, 302)


def test_choosing_the_ordinary_way_again_leaves_no_part(draft, parts, officers):
    choose(draft, [], by=officers[0], strictly=False)
    publish(draft, officers[0])

    assert db.session.scalars(select(OpeningPart)).all() == []
    assert (draft.opening_public_key, draft.opens_strictly) == (None, False)
    assert "opening" not in json.loads(queries.frozen_text(draft))["terms"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Enter your part of the key"),
        ("ABCD EFGH", "Enter your part as it is printed"),
        ("another's", "Enter the part you took for this tender: this is another one"),
        ("slip", "a character is not as it is printed"),
    ],
)
def test_a_part_that_does_not_fit_is_an_error_at_its_field(
    typed, message, tender, parts, clients, officers, at
):
    at(OPENS_AT)
    slip = parts[0][:-1] + ("0" if parts[0][-1] != "0" else "1")
    sent = {"another's": parts[1], "slip": slip}.get(typed, typed)

    page = be_ready(clients[0], tender, part=sent)

    assert page.status_code == 422
    assert (message in page.text, 'href="#opening_part"' in page.text) == (True, True)
    assert two_officers.ready_now(tender, OPENS_AT) is None
    denied = db.session.scalars(
        select(AuditEntry.actor).where(AuditEntry.action == "tender.approval_denied")
    ).all()
    assert denied == ([officers[0].token] if typed == "another's" else [])


def test_a_part_is_taken_as_people_type_it(tender, parts, clients, at):
    at(OPENS_AT)
    typed = [part.lower().replace("0", "O").replace(" ", "-") for part in parts]

    _, sent = open_together(clients, tender, typed)

    assert (sent.status_code, opened(tender)) == (302, True)


def test_a_wrong_second_part_opens_nothing_and_the_first_officer_stays_ready(
    tender, parts, clients, make_bid, at
):
    make_bid("Larkfield")
    at(OPENS_AT)
    be_ready(clients[0], tender, part=parts[0])

    wrong = confirm(clients[1], tender, part=parts[0])
    still = two_officers.ready_now(tender, OPENS_AT) is not None
    right = confirm(clients[1], tender, part=parts[1])

    assert (wrong.status_code, still, right.status_code) == (422, True, 302)


def test_with_two_parts_lost_nobody_opens(tender, parts, clients, make_bid, at):
    make_bid("Larkfield")
    at(OPENS_AT)
    be_ready(clients[0], tender, part=parts[0])
    token = two_officers.ready_now(tender, OPENS_AT).token

    answers = [
        confirm(client, tender, part=part, approval=token).status_code
        for client in clients
        for part in ("", parts[0])
    ]

    assert (set(answers), opened(tender)) == ({422}, False)


def test_an_officer_without_a_part_neither_begins_nor_confirms(
    tender, parts, clients, client_for, authority, at
):
    at(OPENS_AT)
    other = client_for(make_person(Role.OFFICER, authority))
    begins = be_ready(other, tender, part=parts[2])
    be_ready(clients[0], tender, part=parts[0])
    token = two_officers.ready_now(tender, OPENS_AT).token
    confirms = confirm(other, tender, part=parts[2], approval=token)

    assert (begins.status_code, confirms.status_code, opened(tender)) == (422, 422, False)
    page = other.get(address_of(tender))
    assert "You do not hold a part, so you cannot open these bids." in page.text


def held():
    db.session.expire_all()
    return db.session.scalars(select(Approval.held).order_by(Approval.id.desc())).first()


def test_the_first_part_is_held_wrapped_and_forgotten_with_the_opening(
    tender, parts, clients, tmp_path, at
):
    at(OPENS_AT)
    be_ready(clients[0], tender, part=parts[0])
    while_waiting, stored = held(), everything_stored(tmp_path)
    confirm(clients[1], tender, part=parts[1])

    assert while_waiting is not None
    assert parts[0].replace(" ", "")[:28].encode() not in stored
    assert held() is None


def test_the_first_part_is_forgotten_when_nobody_comes_or_its_officer_steps_back(
    tender, parts, clients, app, at
):
    at(OPENS_AT)
    be_ready(clients[0], tender, part=parts[0])
    at(OPENS_AT + TOGETHER_WITHIN)
    run_due_jobs({two_officers.LAPSE: two_officers.lapse})
    lapsed = held()
    be_ready(clients[0], tender, part=parts[0])
    again = held()
    token = two_officers.ready_now(tender, clock.now()).token
    clients[0].post(f"{address_of(tender)}/step-back", data={"approval": token})

    assert (lapsed, again is not None, held()) == (None, True, None)


def test_a_bid_that_was_replaced_is_read_as_last_submitted(tender, parts, clients, officers, at):
    bid, by = started_bid(tender, text="The first word")
    hand_in(bid, by)
    portal.save_answers(bid, {"SLP-09.a": (1, SECRET)}, by=by, arrived_at=clock.now())
    hand_in(bid, by)
    at(OPENS_AT)
    open_together(clients, tender, parts)

    (found,) = read(tender, officers[0])

    assert (found.number, SECRET in json.dumps(found.content)) == (2, True)


def test_a_bid_taken_back_is_not_opened_and_one_handed_in_again_is(
    tender, parts, clients, officers, at
):
    for name, again in (("Larkfield", False), ("Rook Systems", True)):
        bid, by = started_bid(tender, name)
        hand_in(bid, by)
        portal.withdraw_bid(bid, by=by, arrived_at=clock.now())
        assert bid.key_for_tender is None
        if again:
            hand_in(bid, by)
    at(OPENS_AT)
    open_together(clients, tender, parts)

    assert [found.bid.supplier.name for found in read(tender, officers[0])] == ["Rook Systems"]


def test_a_version_handed_in_by_the_clock_is_opened(tender, parts, clients, officers, at):
    bid, by = started_bid(tender)
    for part in full().parts.values():
        if part.kind == "file":
            new = portal.NewFile(f"{part.id}.pdf", PDF)
            portal.add_evidence(bid, part, new, by=by, arrived_at=clock.now())
    portal.count_at_closing(
        bid, by=by, arrived_at=clock.now(), declared_by="Mara Voss", agreed=True
    )
    at(OPENS_AT)
    open_together(clients, tender, parts)

    (found,) = read(tender, officers[0])

    assert SECRET in json.dumps(found.content)


def test_a_late_bid_is_read_once_it_is_admitted(tender, parts, clients, officers, at):
    bid, by = started_bid(tender)
    at(CLOSES_AT + timedelta(seconds=1))
    hand_in_late(
        bid,
        by=by,
        arrived_at=clock.now(),
        why="Our connection failed at noon",
        declared_by="Mara Voss",
        knows_missing=True,
    )
    at(OPENS_AT)
    open_together(clients, tender, parts)
    viewer = viewer_of(officers[0])
    (waits,) = late_bids(tender)
    before = len(read(tender, officers[0]))

    decide_late(waits, admitted=True, reason="The service did not run just then", by=viewer)

    assert before == 0
    assert SECRET in json.dumps(read(tender, officers[0])[0].content)


def test_what_two_officers_open_stays_open_for_the_whole_evaluation(
    tender, parts, clients, officers, make_bid, at
):
    make_bid("Larkfield", text=SECRET)
    at(OPENS_AT)
    open_together(clients, tender, parts)
    db.session.expire_all()
    at(OPENS_AT + timedelta(days=30))

    assert SECRET in json.dumps(read(tender, officers[2])[0].content)
    assert db.session.scalars(select(Tender.opening_key)).one() is not None


def form(**changed):
    return {"strictly": "yes", "shows_count": "no", **changed}


def test_an_officer_chooses_three_others_on_the_page(draft, officers, authority, clients):
    draft_page = f"/tenders/{draft.token}/opening"
    comes = make_person(Role.OFFICER, authority, name="Kit Lowe")
    people = enumerate([comes, *officers[:2]], start=1)

    sent = clients[0].post(
        draft_page, data=form(**{f"custodian_{number}": one.token for number, one in people})
    )

    assert (sent.status_code, sent.location) == (302, draft_page)
    found = db.session.scalars(select(OpeningPart.person_id).order_by(OpeningPart.number)).all()
    assert found == [comes.id, officers[0].id, officers[1].id]


@pytest.mark.parametrize("wrong", ["nobody", "the same twice", "an evaluator", "nonsense"])
def test_three_who_cannot_hold_parts_are_refused_and_the_form_kept(
    wrong, draft, officers, authority, clients
):
    evaluator = make_person(Role.EVALUATOR, authority)
    second = {
        "nobody": "",
        "the same twice": officers[0].token,
        "an evaluator": evaluator.token,
        "nonsense": "x" * 5000,
    }[wrong]
    sent = form(
        custodian_1=officers[0].token,
        custodian_2=second,
        custodian_3=officers[2].token,
        shows_count="yes",
    )

    page = clients[0].post(f"/tenders/{draft.token}/opening", data=sent)

    assert page.status_code == 422
    assert "Select " in page.text
    assert re.search(r'name="shows_count"[^>]*value="yes"[^>]*checked', page.text)
    found = db.session.scalars(select(OpeningPart.person_id).order_by(OpeningPart.number)).all()
    assert found == [officer.id for officer in officers]


def test_only_officers_who_may_edit_the_tender_choose(draft, authority, client_for):
    address = f"/tenders/{draft.token}/opening"
    evaluator = client_for(make_person(Role.EVALUATOR, authority))
    stranger = client_for(make_person(Role.OFFICER))

    assert evaluator.get(address).status_code == 403
    assert (stranger.get(address).status_code, stranger.post(address).status_code) == (404, 404)


def test_the_check_of_a_part_says_yes_or_no_and_opens_nothing(tender, parts, clients):
    address = f"/tenders/{tender.token}/opening/part/check"

    yes = clients[0].post(address, data={"opening_part": parts[0]})
    no = clients[0].post(address, data={"opening_part": parts[1]})

    assert (yes.status_code, no.status_code, held()) == (302, 422, None)
    assert "this is another one" in no.text


@pytest.mark.parametrize("path", ["opening", "opening/part"])
def test_the_pages_take_few_statements(path, draft, clients, statements_counted):
    with statements_counted() as statements:
        clients[0].get(f"/tenders/{draft.token}/{path}")

    assert len(statements) <= 15


def test_a_wrong_password_costs_no_typing(tender, parts, clients, at):
    at(OPENS_AT)

    page = be_ready(clients[0], tender, password="not my password", part=parts[0])

    assert page.status_code == 422
    assert re.search(rf'name="opening_part"[^>]*value="{parts[0]}"', page.text)
