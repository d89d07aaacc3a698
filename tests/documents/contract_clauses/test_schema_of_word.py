"""Every element stands where the schema of WordprocessingML has it, in every kind of document.

LibreOffice forgives an element out of order; Word calls the file damaged.
"""

from io import BytesIO
from zipfile import ZipFile

import pytest
from lxml import etree

from contract_clauses.word import schedule_document
from contract_clauses.word.letters import commitments_document, side_letter
from contract_clauses.word.opening import headings
from contract_clauses.word.reports import Report
from contract_clauses.word.responses import (
    AnsweredPart,
    AnsweredQuestion,
    NamedFile,
    response_document,
)
from tests.documents.contract_clauses.test_departures_in_word import (
    redrafts_of_every_kind,
    schedule_with,
)

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RUN = (
    "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof "
    "snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd "
    "fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath"
)
# The children of each element in the order of the schema (ECMA-376, part 1, annex A).
SEQUENCES = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr "
    "suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct "
    "topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind "
    "contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": f"ins del moveFrom moveTo {RUN} rPrChange",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc "
    "pgBorders lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi "
    "rtlGutter docGrid printerSettings sectPrChange",
    "tbl": "bookmarkStart bookmarkEnd tblPr tblGrid tr",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW "
    "jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption "
    "tblDescription tblPrChange",
    "tblBorders": "top left start bottom right end insideH insideV",
    "tblCellMar": "top left start bottom right end",
    "tr": "tblPrEx trPr tc",
    "tc": "tcPr p",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection "
    "tcFitText vAlign hideMark",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden "
    "unhideWhenUsed qFormat locked personal personalCompose personalReply rsid pPr rPr tblPr trPr "
    "tcPr tblStylePr",
    "styles": "docDefaults latentStyles style",
    "numbering": "numPicBullet abstractNum num numIdMacAtCleanup",
    "abstractNum": "nsid multiLevelType tmpl name styleLink numStyleLink lvl",
    "lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr",
    "settings": "writeProtection view zoom removePersonalInformation removeDateAndTime "
    "doNotDisplayPageBoundaries displayBackgroundShape printPostScriptOverText "
    "printFractionalCharacterWidth printFormsData embedTrueTypeFonts embedSystemFonts "
    "saveSubsetFonts saveFormsData mirrorMargins alignBordersAndEdges "
    "bordersDoNotSurroundHeader bordersDoNotSurroundFooter gutterAtTop hideSpellingErrors "
    "hideGrammaticalErrors activeWritingStyle proofState formsDesign attachedTemplate linkStyles "
    "stylePaneFormatFilter stylePaneSortMethod documentType mailMerge revisionView trackRevisions "
    "doNotTrackMoves doNotTrackFormatting documentProtection autoFormatOverride styleLockTheme "
    "styleLockQFSet defaultTabStop autoHyphenation consecutiveHyphenLimit hyphenationZone "
    "doNotHyphenateCaps showEnvelope summaryLength clickAndTypeStyle defaultTableStyle "
    "evenAndOddHeaders bookFoldRevPrinting bookFoldPrinting bookFoldPrintingSheets "
    "drawingGridHorizontalSpacing drawingGridVerticalSpacing displayHorizontalDrawingGridEvery "
    "displayVerticalDrawingGridEvery doNotUseMarginsForDrawingGridOrigin "
    "drawingGridHorizontalOrigin drawingGridVerticalOrigin doNotShadeFormData noPunctuationKerning "
    "characterSpacingControl printTwoOnOne strictFirstAndLastChars noLineBreaksAfter "
    "noLineBreaksBefore savePreviewPicture doNotValidateAgainstSchema saveInvalidXml "
    "ignoreMixedContent alwaysShowPlaceholderText doNotDemarcateInvalidXml saveXmlDataOnly "
    "useXSLTWhenSaving saveThroughXslt showXMLTags alwaysMergeEmptyNamespace updateFields "
    "hdrShapeDefaults footnotePr endnotePr compat docVars rsids mathPr attachedSchema "
    "themeFontLang clrSchemeMapping doNotIncludeSubdocsInStats doNotAutoCompressPictures "
    "forceUpgrade captions readModeInkLockDown smartTagType schemaLibrary shapeDefaults "
    "doNotEmbedSmartTags decimalSymbol listSeparator",
    "p": "pPr *",
    "r": "rPr *",
}
# What may stand in a paragraph, in a run, and around paragraphs.
IN_PARAGRAPH = {
    *("pPr", "r", "hyperlink", "bookmarkStart", "bookmarkEnd", "ins", "del"),
    *("commentRangeStart", "commentRangeEnd"),
}
IN_RUN = {
    *("rPr", "t", "delText", "br", "tab", "fldChar", "instrText", "delInstrText"),
    *("commentReference", "annotationRef"),
}


def response():
    part = AnsweredPart("P", "Label", "Ask", "Text\nmore\ttabbed")
    rows = AnsweredPart("P2", "Label", "Ask", "", ("A", "B"), (("1", "2"), ("3", "4")))
    questions = [AnsweredQuestion("Q", "Title", (part, rows))]
    told = Report("Response", "T", (("Supplier", "S"),), "S")
    return response_document(
        told, [("One", questions)], [NamedFile("T", "n.pdf", "", "1 kB", "P", "0")]
    )


def documents():
    schedule = schedule_with(redrafts_of_every_kind())
    pages = {name: 4 for name, _, _ in headings(schedule)}
    return {
        "draft": schedule_document(schedule),
        "shown": schedule_document(schedule, notes=True, departures=True, pages=pages),
        "register": commitments_document(schedule),
        "letter": side_letter(schedule),
        "response": response(),
    }


@pytest.fixture(scope="module")
def parts():
    """Return the parts of every document, parsed: an error in one of them fails the test."""
    found = {}
    for kind, document in documents().items():
        with ZipFile(BytesIO(document)) as package:
            for name in package.namelist():
                found[kind, name] = etree.fromstring(package.read(name))
    return found


def name_of(element):
    return etree.QName(element).localname


def out_of_order(element):
    wanted = SEQUENCES[name_of(element)].split()
    names = [name_of(child) for child in element]
    if wanted[-1] == "*":
        return wanted[0] in names[1:]
    # References to headers and footers may be mixed.
    places = [wanted.index("headerReference" if n == "footerReference" else n) for n in names]
    return places != sorted(places)


def test_children_stand_in_the_order_of_the_schema(parts):
    wrong = [
        (*where, name_of(element), [name_of(child) for child in element])
        for where, root in parts.items()
        for element in root.iter(*(f"{W}{name}" for name in SEQUENCES))
        if out_of_order(element)
    ]

    assert wrong == []
    assert len(parts) > 50


def test_paragraphs_and_runs_hold_only_what_belongs_there(parts):
    def inside(*names):
        return {
            name_of(child)
            for root in parts.values()
            for element in root.iter(*(f"{W}{name}" for name in names))
            for child in element
        }

    assert inside("p") <= IN_PARAGRAPH
    assert inside("hyperlink") == {"r"}
    assert inside("r") <= IN_RUN
    body = {
        name_of(child) for (_, n), r in parts.items() if n == "word/document.xml" for child in r[0]
    }
    assert body == {"p", "tbl", "sectPr"}


def test_deleted_words_and_only_they_are_deleted_text(parts):
    for root in parts.values():
        for element in root.iter(f"{W}t", f"{W}delText", f"{W}instrText", f"{W}delInstrText"):
            gone = any(up.tag == f"{W}del" for up in element.iterancestors())
            assert gone is name_of(element).startswith("del")


def test_a_cell_ends_in_a_paragraph_and_two_tables_never_touch(parts):
    for root in parts.values():
        for cell in root.iter(f"{W}tc"):
            assert name_of(cell[-1]) == "p"
        for table in root.iter(f"{W}tbl"):
            assert name_of(table.getnext()) == "p"


def test_every_table_has_words_for_who_cannot_see_it_and_says_what_names_the_rest(parts):
    for root in parts.values():
        for table in root.iter(f"{W}tbl"):
            assert table.find(f"{W}tblPr/{W}tblCaption").get(f"{W}val")
            look = table.find(f"{W}tblPr/{W}tblLook")
            heads = [r for r in table.iter(f"{W}tr") if r.find(f"{W}trPr/{W}tblHeader") is not None]
            assert (look.get(f"{W}firstRow"), look.get(f"{W}firstColumn")) == (
                ("1", "0") if heads else ("0", "1")
            )


def test_every_style_named_is_defined_and_every_part_is_declared(parts):
    for kind in {kind for kind, _ in parts}:
        styles = {
            (s.get(f"{W}type"), s.get(f"{W}styleId"))
            for s in parts[kind, "word/styles.xml"].iter(f"{W}style")
        }
        used = {
            (of, e.get(f"{W}val"))
            for (k, _), root in parts.items()
            if k == kind
            for of, tag in (("paragraph", "pStyle"), ("character", "rStyle"), ("table", "tblStyle"))
            for e in root.iter(f"{W}{tag}")
        }
        assert used - styles == set()
        declared = {
            one.get("PartName").lstrip("/")
            for one in parts[kind, "[Content_Types].xml"]
            if one.get("PartName")
        }
        held = {
            n for k, n in parts if k == kind and not n.endswith((".rels", "[Content_Types].xml"))
        }
        assert declared == held


def test_every_field_begins_separates_and_ends_in_one_paragraph_but_the_contents(parts):
    for (kind, name), root in parts.items():
        opened = 0
        for mark in root.iter(f"{W}fldChar"):
            opened += {"begin": 1, "separate": 0, "end": -1}[mark.get(f"{W}fldCharType")]
            assert 0 <= opened <= 2, (kind, name)
        assert opened == 0
