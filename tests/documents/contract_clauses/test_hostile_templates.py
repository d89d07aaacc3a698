"""A template does nothing but give a schedule its looks: whatever else it tries is refused."""

import io

import pytest

from contract_clauses.rules.templating import TemplateRefused
from contract_clauses.word.template_reading import look_into
from tests import word_templates
from tests.word_templates import HOSTILE_FIELDS, HOSTILE_FILES, plain


@pytest.mark.parametrize("tried", HOSTILE_FIELDS)
def test_what_is_no_merge_field_is_refused_with_where_it_stands(tried):
    with pytest.raises(TemplateRefused) as refused:
        look_into("house.docx", plain("An ordinary line", tried))

    said = str(refused.value)
    assert HOSTILE_FIELDS[tried] in said
    assert said.startswith(("The text", "The template", "A list", "“"))


@pytest.mark.parametrize("tried", HOSTILE_FILES)
def test_what_a_file_brings_along_is_refused_with_what_to_do(tried):
    make, words = HOSTILE_FILES[tried]
    data = make()

    with pytest.raises(TemplateRefused) as refused:
        look_into("house.docx", data)

    assert words in str(refused.value)
    assert "PDF" not in str(refused.value)


@pytest.mark.parametrize("name", ["house.docm", "house.dotx", "house.pdf", "house"])
def test_only_ordinary_documents_are_taken(name):
    with pytest.raises(TemplateRefused, match="this kind of file cannot be taken"):
        look_into(name, plain())


def test_a_file_over_the_limit_is_refused_with_its_size():
    with pytest.raises(TemplateRefused, match=r"the file is 6\.0 MB\. Choose one of up to 5 MB"):
        look_into("house.docx", bytes(6 * 1024 * 1024))


@pytest.mark.parametrize("where", ["header", "footer"])
def test_a_header_or_footer_is_looked_into_like_the_text(where):
    document = word_templates.Document(io.BytesIO(plain()))
    getattr(document.sections[0], where).paragraphs[0].text = "{{ authority.__class__ }}"

    with pytest.raises(TemplateRefused, match=rf"A {where} \({where}1\.xml\), paragraph 1"):
        look_into("house.docx", word_templates.saved(document))


def test_fields_cut_over_runs_are_read_as_the_words_they_show():
    found = look_into("house.docx", word_templates.split_over_runs())

    assert found.fields == ("supplier", "hash", "bought_with")


@pytest.mark.parametrize(
    "paragraphs",
    [("{" * 200_000, "{%" * 100_000, "{{ a " * 50_000), ("{" * 40,) * 5_000, ("{",) * 20_000],
    ids=["long", "forty each", "one each"],
)
def test_braces_without_an_end_are_refused_before_the_library_that_fills_in_sees_them(paragraphs):
    # It would look for the end of each to the end of the document: hours for a small file.
    with pytest.raises(TemplateRefused, match=r"braces that stand alone|Cut it up"):
        look_into("house.docx", plain(*paragraphs))


def test_one_brace_that_stands_alone_is_refused_with_what_to_do():
    with pytest.raises(TemplateRefused, match="leave out braces that stand alone"):
        look_into("house.docx", plain("Set {a}."))
