"""An authority's own Word templates: uploaded, looked at, chosen; other authorities see nothing."""

import io

import pytest
from docx import Document
from sqlalchemy import select

from accounts.rules.roles import Role
from contract_clauses.models import WordTemplate, WordTemplateChoice
from contract_clauses.service.drawing import draw_on
from contract_clauses.word.template_sample import sample
from foundation.audit import AuditEntry
from foundation.database import db
from tests.factories import make_authority, make_person, make_supplier
from tests.word_templates import odd, plain

PAGE = "/templates"


@pytest.fixture
def keeper(authority):
    return make_person(Role.ADMINISTRATOR, authority, name="Ada Keene")


@pytest.fixture
def web(client_for, keeper):
    return client_for(keeper)


def upload(web, data=None, *, name="house.docx", title="House style", **more):
    sent = {"title": title, "file": (io.BytesIO(plain() if data is None else data), name)} | more
    return web.post(PAGE, data=sent, content_type="multipart/form-data")


def stored():
    return list(db.session.scalars(select(WordTemplate).order_by(WordTemplate.number)))


def use(web, template, reason="It is our own look", based_on="0"):
    return web.post(f"{PAGE}/{template.token}/use", data={"reason": reason, "based_on": based_on})


@pytest.mark.both_databases
def test_a_template_is_taken_looked_at_and_used_and_taken_back(web):
    data = odd()
    assert upload(web, data).status_code == 302
    [template] = stored()
    page = web.get(f"{PAGE}/{template.token}").text
    shown = web.get(f"{PAGE}/{template.token}/sample.docx").data

    assert "{{ authority }}" in page
    assert "Example Supplier Ltd" in Document(io.BytesIO(shown)).paragraphs[-1].text
    assert web.get(f"{PAGE}/{template.token}/template.docx").data == data
    assert use(web, template).status_code == 302
    assert "In use" in web.get(PAGE).text
    assert (
        web.post(f"{PAGE}/ours", data={"reason": "Too plain", "based_on": "1"}).status_code == 302
    )
    assert "on the service’s own layout." in web.get(PAGE).text
    choices = db.session.scalars(select(WordTemplateChoice).order_by(WordTemplateChoice.number))
    assert [(one.template_id, one.reason) for one in choices] == [
        (template.id, "It is our own look"), (None, "Too plain"),
    ]  # fmt: skip


def test_what_was_done_is_in_the_audit_trail_by_hash_alone(web):
    upload(web)
    [template] = stored()
    use(web, template, reason="Kestrel-Marmalade")
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action.startswith("word_template."))
    ).all()

    assert [entry.action for entry in entries] == ["word_template.added", "word_template.chosen"]
    assert [template.sha256 in entry.details for entry in entries] == [True, True]
    assert "Kestrel" not in entries[1].details


def test_a_refused_template_says_why_and_keeps_the_name_typed(web):
    answer = upload(web, plain("{{ suplier }}"), title="Our kestrel style")

    assert answer.status_code == 422
    assert "Did you mean {{ supplier }}?" in answer.text
    assert 'value="Our kestrel style"' in answer.text
    assert stored() == []


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"title": "x"}, "Select the template"),
        ({"file": (io.BytesIO(b"x"), "a.docx"), "title": ""}, "Enter what your people call"),
        ({"file": (io.BytesIO(b"x" * 9), "a.exe"), "title": "x"}, "There is a problem"),
    ],
)
def test_a_form_sent_badly_is_answered_with_a_sentence(web, sent, says):
    answer = web.post(PAGE, data=sent, content_type="multipart/form-data")

    assert answer.status_code == 422
    assert says in answer.text


def test_the_same_file_is_not_taken_twice(web):
    data = plain()
    upload(web, data)

    assert "it is template 1 already" in upload(web, data).text


def test_other_styles_make_another_template_of_the_same_file(web):
    upload(web)
    [first] = stored()
    answer = web.post(f"{PAGE}/{first.token}/styles", data={"style_Heading1": "Heading2"})
    one, two = stored()

    assert answer.location.endswith(two.token)
    assert (one.styles["Heading1"], two.styles["Heading1"]) == ("Heading1", "Heading2")
    assert one.content == two.content


def test_a_style_the_template_has_not_is_refused(web):
    upload(web)
    [first] = stored()
    answer = web.post(f"{PAGE}/{first.token}/styles", data={"style_Heading1": "<script>"})

    assert answer.status_code == 422
    assert len(stored()) == 1


def test_somebody_elses_choice_is_not_overwritten(web):
    upload(web)
    [template] = stored()
    use(web, template)
    answer = use(web, template, based_on="0")

    assert answer.status_code == 422
    assert "Somebody chose a template while you had this page open" in answer.text


@pytest.mark.parametrize("role", [Role.OFFICER, Role.EVALUATOR, Role.AUDITOR])
def test_only_those_who_set_templates_open_the_pages(client_for, authority, role):
    assert client_for(make_person(role, authority)).get(PAGE).status_code == 403


def test_another_authority_finds_nothing_and_a_supplier_neither(web, client_for):
    upload(web)
    [template] = stored()
    other = client_for(make_person(Role.REVIEWER, make_authority("Larkmoor Council")))
    supplier = client_for(make_person(Role.BID_LEAD, make_supplier()))

    for path in ("", "/sample.docx", "/template.docx"):
        assert other.get(f"{PAGE}/{template.token}{path}").status_code == 404
        assert supplier.get(f"{PAGE}/{template.token}{path}").status_code == 403
    assert use(other, template).status_code == 404
    assert "House style" not in other.get(PAGE).text


def test_a_schedule_downloaded_is_on_the_template_in_use(
    web, client_for, officer, make_bid, opened
):
    upload(web, plain("Printed for {{ supplier }}, {{ status }}"))
    [template] = stored()
    use(web, template)
    bid = make_bid("Rook Systems", best=False)
    opened()
    client = client_for(officer)
    answer = client.get(f"/schedules/{bid.token}/schedule.docx")
    texts = [one.text for one in Document(io.BytesIO(answer.data)).paragraphs]

    assert texts[1] == "Printed for Rook Systems Limited, Draft for legal review"


def test_a_template_that_cannot_be_written_on_gives_way_to_ours(web):
    upload(web)
    [template] = stored()
    assert template.content
    db.session.expunge(template)
    template.sha256 = "0" * 64
    drawn = draw_on(template, sample())

    assert drawn.failed == "The template is not the file that was uploaded"
    assert Document(io.BytesIO(drawn.document)).paragraphs[0].text == "Contract schedule"


@pytest.mark.parametrize(
    "words",
    ["No field at all", "{% if hash %}{{ status }}{% endif %}", "{# {{ status }} #}"],
    ids=["none", "only of an issue", "a comment"],
)
def test_a_template_on_which_a_draft_does_not_say_so_is_refused(web, words):
    answer = upload(web, plain(words))

    assert answer.status_code == 422
    assert "Nothing in the template says that a draft is a draft." in answer.text
    assert db.session.query(WordTemplate).count() == 0


def test_a_draft_may_say_so_in_its_header_and_in_capitals(web):
    assert upload(web, plain("{{ status | upper }}")).status_code == 302
