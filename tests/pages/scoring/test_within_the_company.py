"""What a company says to itself about its bid is on no page and in no file of the buying side."""

from __future__ import annotations

import io
import zipfile

import pytest

from accounts import service as accounts
from accounts.rules.roles import PERMISSIONS, Role
from foundation import clock
from supplier_portal import service as portal
from tests.factories import make_person, make_supplier, viewer_of

COMMENT = "Our true margin is elevenpercent."
REASON = "Withhold this until the thirdparty report came."
COLLEAGUE, CERTIFIER, INVITED = "Zebedee Quillfeather", "Philomena Oakapple", "newcomer@inside.test"
SECRETS = ("elevenpercent", "thirdparty", "Quillfeather", "Oakapple", "newcomer@inside")


@pytest.fixture
def talked_about(make_bid):
    """A submitted bid with comments, work given, a sign-off declined and people invited."""
    bid = make_bid("Larkfield Sensors")
    company = bid.supplier
    lead = viewer_of(make_person(Role.BID_LEAD, company))
    colleague = make_person(Role.CONTRIBUTOR, company, name=COLLEAGUE)
    certifier = make_person(Role.CERTIFIER, company, name=CERTIFIER)
    moment = clock.now()
    portal.add_comment(bid, "SLP-07", COMMENT, by=lead)
    portal.give_questions(bid, ["SLP-07"], colleague.token, by=lead, arrived_at=moment)
    portal.mark_complete(bid, "SLP-07", True, by=viewer_of(colleague), arrived_at=moment)
    portal.note_here(bid, "SLP-07", by=viewer_of(colleague), moment=moment)
    portal.ask_for_sign_off(bid, by=lead, arrived_at=moment)
    portal.sign_off(
        bid,
        agreed=False,
        reason=REASON,
        revision=bid.revision,
        by=viewer_of(certifier),
        arrived_at=moment,
    )
    accounts.invite(INVITED, Role.CONTRIBUTOR, by=lead, tender_id=bid.tender_id, tender="a tender")
    return bid


def text_of(answer):
    """Everything an answer says; what is packed in a document is unpacked."""
    if answer.data[:2] != b"PK":
        return answer.get_data(as_text=True)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as document:
        return "\n".join(
            document.read(name).decode(errors="replace") for name in document.namelist()
        )


def pages_for(app, role, known):
    """Return the addresses of every page the role may open and whose records are known."""
    for rule in app.url_map.iter_rules():
        access = getattr(app.view_functions[rule.endpoint], "access", None)
        if "GET" in rule.methods and access in PERMISSIONS[role] and rule.arguments <= set(known):
            with app.test_request_context():
                yield app.url_map.bind("localhost").build(
                    rule.endpoint, {name: known[name] for name in rule.arguments}
                )


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR])
def test_no_page_and_no_file_of_the_authority_holds_a_word_of_it(
    app, client_for, authority, tender, opened, talked_about, role
):
    opened()
    client = client_for(make_person(role, authority))
    known = {"tender": tender.token, "bid": talked_about.token, "question": "SLP-07"}
    read, found = [], []
    for url in pages_for(app, role, known | {"part": "SLP-07.a", "number": 1}):
        answer = client.get(url)
        if answer.status_code == 200:
            read.append(url)
            said = text_of(answer)
            found += [(url, secret) for secret in SECRETS if secret in said]

    assert found == []
    assert len([url for url in read if talked_about.token in url]) >= 3


def test_nor_is_any_of_it_handed_in(client_for, tender, opened, talked_about):
    lead = make_person(Role.BID_LEAD, talked_about.supplier)
    client = client_for(lead)

    said = client.get(f"/bids/{talked_about.token}/submissions/1/bid.json").text

    assert [secret for secret in SECRETS if secret in said] == []
    assert "We do this with care." in said


def test_other_bidders_find_none_of_it(client_for, talked_about):
    client = client_for(make_person(Role.BID_LEAD, make_supplier("Oakmere Data")))

    for path in ("", "/team", "/questions/SLP-07/work", "/sign-off"):
        assert client.get(f"/bids/{talked_about.token}{path}").status_code == 404
