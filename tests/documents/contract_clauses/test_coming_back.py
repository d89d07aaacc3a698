"""A schedule goes out as Word and comes back: what changed is found, and nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from contract_clauses.rules.negotiated_parts import Change
from contract_clauses.rules.negotiated_read import How
from contract_clauses.word import schedule_document
from contract_clauses.word.reading import read_document
from foundation.uploads import UploadRefused
from tests.documents.contract_clauses.coming_back import (
    NAME,
    Edited,
    back,
    out,
    said,
    with_new_part,
    with_part,
    without_marks,
)
from tests.work_counted import calls_counted


@pytest.fixture(scope="module")
def sent():
    return out()


@pytest.fixture
def edited(sent):
    return Edited(sent[1])


def unit_of(compared, clause, key):
    return next(unit for unit in compared.clause(clause).units if unit.key == key)


def nothing_else(compared):
    return (compared.annexes, compared.came, compared.went, compared.tracked, compared.comments)


def test_what_comes_back_untouched_is_unchanged(sent):
    compared = back(sent[0], sent[1])

    assert compared.counts == {Change.UNCHANGED: len(sent[0].clauses)}
    assert compared.to_decide == ()
    assert nothing_else(compared) == ((), (), (), (), ())


def test_notes_and_departures_shown_to_the_other_side_are_no_changes_of_theirs():
    schedule, _ = out()
    document = schedule_document(schedule, notes=True, departures=True)

    compared = back(schedule, document, sent=document)

    assert compared.to_decide == ()
    assert nothing_else(compared) == ((), (), (), (), ())


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_what_libreoffice_opened_and_saved_is_unchanged(sent, tmp_path):
    (tmp_path / "sent.docx").write_bytes(sent[1])
    (tmp_path / "saved").mkdir()
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            *("--headless", "--convert-to", "docx:MS Word 2007 XML"),
            *("--outdir", str(tmp_path / "saved"), str(tmp_path / "sent.docx")),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    saved = (tmp_path / "saved" / "sent.docx").read_bytes()
    assert saved != sent[1]

    compared = back(sent[0], saved)

    assert said(compared) == []
    assert nothing_else(compared) == ((), (), (), (), ())


def test_what_python_docx_opened_and_saved_is_unchanged(sent, edited):
    assert said(back(sent[0], edited.saved())) == []


def test_other_quotation_marks_and_spaces_are_no_change(sent):
    typed = with_part(
        sent[1],
        "word/document.xml",
        lambda xml: xml.replace("Council's", "Council\u2019s").replace(
            "Working Days", "Working\u00a0Days"
        ),
    )

    assert typed != sent[1]
    assert said(back(sent[0], typed)) == []


def test_numbers_written_into_the_text_are_no_change(sent, edited):
    edited.say("SA_C13_1", "The Supplier must tell", "14.1  The Supplier must tell")
    edited.say("SA_C13", "Incident", "14. Incident")

    assert said(back(sent[0], edited.saved())) == []


def test_without_any_bookmark_everything_is_recognised_by_its_words(sent):
    assert said(back(sent[0], without_marks(sent[1]))) == []


def test_a_changed_number_names_the_value_it_is_and_its_minimum(sent, edited):
    edited.say("SA_C13_1", "24 hours", "72 hours")

    compared = back(sent[0], edited.saved())

    assert said(compared) == [("C13", "1", "number changed")]
    assert compared.clause("C13").change is Change.NUMBER
    (figure,) = unit_of(compared, "C13", "1").figures
    assert (figure.before, figure.after, figure.variable) == ("24", "72", "notify_hours")
    assert figure.value == "72"
    assert figure.short == "The tendered notification time is longer than the council requires"
    assert figure.minimum == "at most 24 hours"


def test_a_number_changed_for_the_better_is_within_the_limit(sent, edited):
    edited.say("SA_C13_1", "24 hours", "12 hours")

    (figure,) = unit_of(back(sent[0], edited.saved()), "C13", "1").figures

    assert (figure.after, figure.short, figure.has_minimum) == ("12", "", True)


def test_a_number_changed_in_other_words_is_named_too(sent, edited):
    edited.say("SA_C13_1", "24 hours after becoming aware", "two days after it learned")

    compared = back(sent[0], edited.saved())

    assert said(compared) == [("C13", "1", "reworded")]
    (figure,) = unit_of(compared, "C13", "1").figures
    assert (figure.before, figure.after, figure.variable) == ("24", "two", "notify_hours")


def test_reworded_removed_and_new_sub_clauses_are_found_each_in_its_place(sent, edited):
    edited.say("SA_C13_7", "must not tell", "shall not inform")
    edited.take_out("SA_C13_5")
    edited.add_after("SA_C13_3", "The Council must pay for every second update.")

    compared = back(sent[0], edited.saved())

    assert said(compared) == [
        ("C13", "", "new"),
        ("C13", "5", "removed"),
        ("C13", "7", "reworded"),
    ]
    new = next(unit for unit in compared.clause("C13").units if unit.change is Change.NEW)
    assert new.after == "3"
    assert new.lines == ("The Council must pay for every second update.",)


def test_a_sub_clause_cut_out_and_pasted_changed_is_found_by_its_likeness(sent, edited):
    for key in ("1", "3", "4"):
        edited.unmark(f"SA_C13_{key}")
    edited.say("SA_C13_4", "as soon as it has them", "within a reasonable time")

    assert said(back(sent[0], edited.saved())) == [("C13", "4", "reworded")]


def test_a_sub_clause_that_moved_is_said_to_have_moved(sent, edited):
    edited.move_before("SA_C13_9", "SA_C13_3")

    compared = back(sent[0], edited.saved())

    assert said(compared) == [("C13", "9", "moved")]
    assert compared.clause("C13").change is Change.MOVED


def test_a_sub_clause_moved_into_another_clause_says_where_it_is(sent, edited):
    edited.move_before("SA_C13_9", "SA_C12_3")

    compared = back(sent[0], edited.saved())

    assert said(compared) == [("C13", "9", "moved")]
    assert unit_of(compared, "C13", "9").moved_where == "Security testing"


def test_a_whole_clause_that_went_is_removed_and_one_that_came_is_new(sent, edited):
    clause = sent[0].clause("C21")
    for paragraph in sent[0].clause("C21").paragraphs:
        first = edited.at[f"SA_C21_{paragraph.key}"]._p
        for _ in range(len(paragraph.items) + len(paragraph.definitions)):
            first.getparent().remove(first.getnext())
        first.getparent().remove(first)
    edited.unmark("SA_C21")
    edited.at["SA_C21"].runs[0].text = "Relief for the Supplier"
    edited.add_after("SA_C21", "The Supplier owes nothing for delay.", style_of="SA_C22_1")

    compared = back(sent[0], edited.saved())

    assert compared.clause("C21").change is Change.REMOVED
    assert len(compared.clause("C21").units) == 1 + len(clause.paragraphs) + sum(
        len(paragraph.definitions) for paragraph in clause.paragraphs
    )
    new = compared.clause("new1")
    assert (new.title, new.change, new.follows) == ("Relief for the Supplier", Change.NEW, "C20")
    assert [unit.lines for unit in new.units][1:] == [("The Supplier owes nothing for delay.",)]


def test_tracked_changes_are_read_as_accepted_and_say_who_made_them(sent, edited):
    edited.track("SA_C13_9", " where reasonable")
    edited.track("SA_C13_6", "", kind="del")

    compared = back(sent[0], edited.saved())

    assert said(compared) == [("C13", "6", "removed"), ("C13", "9", "reworded")]
    (inserted,) = unit_of(compared, "C13", "9").tracked
    assert (inserted.how, inserted.text, inserted.by, inserted.at) == (
        How.INSERTED,
        " where reasonable",
        "Larkfield Legal",
        "2026-12-05T10:00:00Z",
    )
    (deleted,) = unit_of(compared, "C13", "6").tracked
    assert deleted.how is How.DELETED


def test_hidden_text_is_not_read_as_if_it_printed(sent, edited):
    edited.at["SA_C13_6"].runs[0].font.hidden = True

    compared = back(sent[0], edited.saved())

    assert said(compared) == [("C13", "6", "removed")]
    assert unit_of(compared, "C13", "6").tracked[0].how is How.HIDDEN


def test_a_changed_definition_is_found_by_its_term(sent, edited):
    paragraph = next(
        p for p in edited.document.paragraphs if p.text.startswith("Contract Year means")
    )
    paragraph.runs[-2].text = paragraph.runs[-2].text.replace("12 months", "18 months")

    compared = back(sent[0], edited.saved())

    assert said(compared) == [("n2", "1:Contract Year", "number changed")]


def test_a_changed_row_of_an_annex_and_text_around_the_clauses_are_found(sent, edited):
    table = next(t for t in edited.document.tables if t.rows[0].cells[-1].text == "Evidence")
    table.rows[1].cells[-1].text = "None"
    edited.document.paragraphs[1].add_run(". The terms of the Supplier prevail")

    compared = back(sent[0], edited.saved())

    assert said(compared) == []
    assert [[row.how for row in annex.rows] for annex in compared.annexes] == [["changed"]]
    assert compared.came == (
        "Data, security and openness of the Service. The terms of the Supplier prevail",
    )


def test_a_file_that_is_no_schedule_at_all_has_nothing_of_ours(sent):
    blank = Edited(sent[1])
    body = blank.document.element.body
    for child in list(body)[:-1]:
        body.remove(child)
    blank.document.add_paragraph("Only this.")

    compared = back(sent[0], blank.saved())

    assert compared.counts == {Change.REMOVED: len(sent[0].clauses)}
    assert compared.came == ("Only this.",)


def bomb(data):
    return with_part(data, "word/document.xml", lambda xml: xml + " " * 60_000_000)


HOSTILE = {
    "a zip bomb": (bomb, "unpacks to far more"),
    "a document type": (
        lambda data: with_part(
            data,
            "word/document.xml",
            lambda xml: xml.replace("<w:document", '<!DOCTYPE x [<!ENTITY a "b">]><w:document', 1),
        ),
        "document type",
    ),
    "macros": (
        lambda data: with_part(
            data,
            "[Content_Types].xml",
            lambda xml: xml.replace(
                "wordprocessingml.document.main", "ms-word.document.macroEnabled.main"
            ),
        ),
        "macros",
    ),
    "broken XML": (
        lambda data: with_part(data, "word/document.xml", lambda xml: xml[: len(xml) // 2]),
        "damaged",
    ),
    "far too many paragraphs": (
        lambda data: with_part(
            data,
            "word/document.xml",
            lambda xml: xml.replace(
                "<w:sectPr>", "<w:p><w:r><w:t>More.</w:t></w:r></w:p>" * 10_000 + "<w:sectPr>", 1
            ),
        ),
        "far more than a schedule does",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(sent, name):
    change, sentence = HOSTILE[name]

    with pytest.raises(UploadRefused, match=sentence) as refused:
        read_document(NAME, change(sent[1]))

    assert str(refused.value).startswith(f"{NAME}: ")


def test_another_kind_of_file_is_refused():
    with pytest.raises(UploadRefused, match="not a Word document"):
        read_document("schedule.txt", b"A schedule")


def in_body(data, old, new):
    """Return a document with a stretch of the XML of its body replaced, once."""

    def change(xml):
        assert old in xml
        return xml.replace(old, new, 1)

    return with_part(data, "word/document.xml", change)


def words_at(xml, mark):
    """Return the first run of the paragraph a bookmark begins in."""
    start = xml.index("<w:r>", xml.index(f'w:name="{mark}"'))
    return xml[start : xml.index("</w:r>", start) + len("</w:r>")]


def changed_at(data, mark, change):
    """Return a document with the first run of a sub-clause changed by ``change``."""

    def in_xml(xml):
        run = words_at(xml, mark)
        start = xml.index(run, xml.index(f'w:name="{mark}"'))
        return xml[:start] + change(run) + xml[start + len(run) :]

    return with_part(data, "word/document.xml", in_xml)


def test_text_that_moved_while_tracked_is_read_where_it_now_stands(sent):
    by = 'w:id="1" w:author="Larkfield Legal" w:date="2026-12-05T10:00:00Z"'
    data = changed_at(sent[1], "SA_C13_9", lambda run: f"<w:moveFrom {by}>{run}</w:moveFrom>")
    data = changed_at(
        data,
        "SA_C13_1",
        lambda run: run + f"<w:moveTo {by}><w:r><w:t> It moved here.</w:t></w:r></w:moveTo>",
    )

    compared = back(sent[0], data)

    assert said(compared) == [("C13", "1", "reworded"), ("C13", "9", "removed")]
    assert unit_of(compared, "C13", "9").tracked[0].how is How.MOVED_AWAY
    assert unit_of(compared, "C13", "1").tracked[0].how is How.MOVED_HERE


def test_a_footnote_and_a_text_box_are_words_of_the_other_side(sent):
    box = (
        "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>Unless the Supplier objects.</w:t></w:r></w:p>"
        "</w:txbxContent></w:pict></w:r>"
    )
    data = changed_at(sent[1], "SA_C13_4", lambda run: run + box)
    data = changed_at(
        data, "SA_C13_1", lambda run: run + '<w:r><w:footnoteReference w:id="7"/></w:r>'
    )
    data = with_footnotes(data, "Subject to the fees of the Supplier.")

    compared = back(sent[0], data)

    assert sorted(said(compared)) == [("C13", "", "new"), ("C13", "1", "reworded")]
    came = "".join(
        piece.text for piece in unit_of(compared, "C13", "1").pieces if piece.kind == "came"
    )
    assert came == " [footnote: Subject to the fees of the Supplier.]"
    new = next(unit for unit in compared.clause("C13").units if unit.change is Change.NEW)
    assert new.lines == ("Unless the Supplier objects.",)


def with_footnotes(data, words):
    main = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    data = with_part(
        data,
        "word/_rels/document.xml.rels",
        lambda xml: xml.replace(
            "</Relationships>",
            f'<Relationship Id="rId99" Type="{kind}" Target="footnotes.xml"/></Relationships>',
        ),
    )
    data = with_part(
        data,
        "[Content_Types].xml",
        lambda xml: xml.replace(
            "</Types>",
            '<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.wordprocessingml.footnotes+xml"/></Types>',
        ),
    )
    return with_new_part(
        data,
        "word/footnotes.xml",
        f'<w:footnotes {main}><w:footnote w:id="0" w:type="separator"/><w:footnote w:id="7"><w:p>'
        f"<w:r><w:t>{words}</w:t></w:r></w:p></w:footnote></w:footnotes>",
    )


def test_a_content_control_says_which_sub_clause_it_holds(sent):
    def controlled(xml):
        xml = re.sub(r"<w:bookmark(Start|End)[^>]*/>", "", xml)
        words = "The Supplier must tell the Council of each Security Incident"
        start = xml.rindex("<w:p>", 0, xml.index(words))
        end = xml.index("</w:p>", start) + len("</w:p>")
        inside = xml[start:end].replace(words, "Whoever it concerns hears of any such thing")
        return (
            xml[:start]
            + '<w:sdt><w:sdtPr><w:tag w:val="SA_C13_1"/></w:sdtPr><w:sdtContent>'
            + re.sub(r" without undue delay\..*?</w:t>", " some day.</w:t>", inside)
            + "</w:sdtContent></w:sdt>"
            + xml[end:]
        )

    compared = back(sent[0], with_part(sent[1], "word/document.xml", controlled))

    assert said(compared) == [("C13", "1", "reworded")]


def test_two_sub_clauses_run_together_lose_no_words(sent):
    by = 'w:id="1" w:author="Larkfield Legal" w:date="2026-12-05T10:00:00Z"'

    def joined(xml):
        start = xml.index('w:name="SA_C13_7"')
        properties = xml.rindex("</w:pPr>", 0, start)
        return xml[:properties] + f"<w:rPr><w:del {by}/></w:rPr>" + xml[properties:]

    compared = back(sent[0], with_part(sent[1], "word/document.xml", joined))

    assert said(compared) == [("C13", "7", "reworded"), ("C13", "8", "removed")]
    (line,) = unit_of(compared, "C13", "7").lines
    then = {part.key: part.text for part in sent[0].clause("C13").paragraphs}
    assert line == f"{then['7']}{then['8']}"


def test_a_picture_in_the_text_is_counted_since_its_words_cannot_be_read(sent):
    picture = (
        '<w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"/>'
        "</w:drawing></w:r>"
    )

    compared = back(sent[0], changed_at(sent[1], "SA_C13_1", lambda run: run + picture))

    assert (said(compared), compared.pictures) == ([], 1)


def test_a_cross_reference_typed_anew_as_a_number_is_no_change(sent):
    data = with_part(
        sent[1],
        "word/document.xml",
        lambda xml: re.sub(
            r'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText[^>]*> REF [^<]*'
            r'</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>(.*?)'
            r'<w:r><w:fldChar w:fldCharType="end"/></w:r>',
            r"\1",
            xml,
        ),
    )

    assert data != sent[1]
    assert said(back(sent[0], data)) == []


def test_a_cross_reference_whose_number_moved_is_no_change(sent):
    data = with_part(
        sent[1],
        "word/document.xml",
        lambda xml: re.sub(
            r'( REF _RefClause_[^<]*</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/>'
            r"</w:r><w:r><w:t[^>]*>)\d+",
            r"\g<1>99",
            xml,
        ),
    )

    assert data != sent[1]
    assert said(back(sent[0], data)) == []


def test_thousands_of_foreign_paragraphs_without_any_bookmark_are_compared_in_good_time(sent):
    foreign = "".join(
        f"<w:p><w:r><w:t>The Council must pay item {number} of the list at once.</w:t></w:r></w:p>"
        for number in range(4_000)
    )
    data = without_marks(sent[1])
    data = with_part(
        data,
        "word/document.xml",
        lambda xml: xml.replace("The Supplier must", "The Supplier, if it wishes, may").replace(
            "<w:sectPr>", f"{foreign}<w:sectPr>", 1
        ),
    )

    with calls_counted() as work:
        compared = back(sent[0], data)

    assert compared.clause("C13").change is Change.REWORDED
    assert work.calls < 4_500_000
