"""What a template holds, found out before anything is written on it: fields, styles, pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from contract_clauses.rules.templating import PLACE, STYLES, TABLE_STYLES, TemplateRefused
from contract_clauses.word.package import SKELETON
from contract_clauses.word.template_markup import LEFT_OVER, Text, Used, check_texts
from contract_clauses.word.template_package import (
    Element,
    Relations,
    main_part,
    opened,
    parsed,
    w,
)

KINDS_OF_STYLE = ("paragraph", "table")
MOST_STYLES, LONGEST_STYLE_NAME = 1000, 100
# Elements that bring in something from outside, run something, or are somebody's unfinished work.
REFUSED_ELEMENTS: Mapping[str, str] = {
    "altChunk": "holds another document. Copy its text into the template instead",
    "subDoc": "holds another document. Copy its text into the template instead",
    "object": "holds an object of another program. Put a picture of it in its place",
    "OLEObject": "holds an object of another program. Put a picture of it in its place",
    "control": "holds a control (ActiveX). Delete it",
    "ins": "has tracked changes. Choose Review, Accept All Changes, then save it",
    "del": "has tracked changes. Choose Review, Accept All Changes, then save it",
    "moveFrom": "has tracked changes. Choose Review, Accept All Changes, then save it",
    "moveTo": "has tracked changes. Choose Review, Accept All Changes, then save it",
    "commentReference": "has comments. Choose Review, Delete, Delete All Comments, then save it",
}
REFUSED_FIELDS: Mapping[str, str] = dict.fromkeys(
    ("INCLUDEPICTURE", "INCLUDETEXT", "IMPORT", "INCLUDE", "LINK", "DATABASE", "DDE", "DDEAUTO"),
    "takes something from another place",
) | dict.fromkeys(
    ("MACROBUTTON", "ADDIN", "CONTROL", "EMBED", "HTMLCONTROL", "AUTOTEXTLIST"),
    "starts something when it is clicked",
)
# Where a template has no style of our name: what house styles usually call it, the likeliest first.
# Spaces, hyphens and capitals make no difference.
ELSE: Mapping[str, tuple[str, ...]] = {
    "TOCHeading": ("Contents Heading", "Contents Title", "Contents"),
    "SmallHeading": ("Subheading", "Minor Heading"),
    "Clause2": ("Level 2", "Clause Level 2", "Level 2 Number", "Subclause"),
    "Clause3": ("Level 3", "Clause Level 3", "Level 3 Number"),
    "Clause4": ("Level 4", "Clause Level 4", "Level 4 Number"),
    "Definition": ("Definitions", "Defined Term", "Definition Text"),
    "AnnexHeading": ("Annex", "Annexe Heading", "Appendix Heading", "Appendix", "heading 1"),
    "TableHead": ("Table Heading", "Table Header"),
    "TableText": ("Table Body", "Table Cell", "Table Contents"),
}


@dataclass(frozen=True, slots=True)
class StyleFound:
    id: str
    name: str
    kind: str


@dataclass(frozen=True)
class TemplateFound:
    """What was found in a template; ``guessed``: our style → the template's, "" for none."""

    fields: tuple[str, ...]
    styles: tuple[StyleFound, ...]
    guessed: Mapping[str, str]
    facts: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...] = field(default=())


def look_into(name: str, content: bytes) -> TemplateFound:
    """Return what a template holds. Raises TemplateRefused with where and what to do."""
    parts = opened(name, content)
    main = main_part(parts)
    used = _fields_used(parts, main)
    relations = Relations(parts, main)
    styles = _styles(parts, relations)
    guessed = {one: guess(one, styles) for one in (*STYLES, *TABLE_STYLES)}
    document = parsed(parts[main])
    return TemplateFound(
        used, styles, guessed, tuple(_facts(document, relations)),
        tuple(_warnings(parts, relations, used, guessed)),
    )  # fmt: skip


def filled_parts(parts: Mapping[str, bytes], main: str) -> Iterator[tuple[str, str]]:
    """Yield the parts in which fields are filled in, with what to call each."""
    yield main, "The text"
    relations = Relations(dict(parts), main)
    for kind in ("header", "footer"):
        for one in relations.of_kind(kind):
            name = relations.part_of(one)
            if name in parts:
                yield name, f"A {kind} ({name.rpartition('/')[2]})"


def guess(ours: str, styles: tuple[StyleFound, ...]) -> str:
    """Return the id of the template's style of the same or a usual name; empty where none is."""
    kind = "table" if ours in TABLE_STYLES else "paragraph"
    there = {_alike(one.name): one.id for one in reversed(styles) if one.kind == kind}
    usual = (our_names()[ours], *ELSE.get(ours, ()))
    return next((there[_alike(name)] for name in usual if _alike(name) in there), "")


def _alike(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def our_names() -> Mapping[str, str]:
    """Return the id of each of our styles with its name, as Word shows it."""
    root = parsed((SKELETON / "styles.xml").read_bytes())
    return {one.get(w("styleId"), ""): name_of(one) for one in root.iter(w("style"))}


def name_of(style: Element) -> str:
    found = style.find(w("name"))
    return "" if found is None else str(found.get(w("val"), ""))


def _fields_used(parts: dict[str, bytes], main: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    rendered = set()
    for name, where in filled_parts(parts, main):
        rendered.add(name)
        root = parsed(parts[name])
        _must_be_harmless(root, where)
        used = check_texts(where, list(_texts(root)))
        _must_have_place(used, is_main=name == main, where=where)
        found |= dict.fromkeys(used.fields)
    for name, data in parts.items():
        if name.startswith("word/") and name.endswith(".xml") and name not in rendered:
            _must_have_no_field(name, data)
    return tuple(found)


def _texts(root: Element) -> Iterator[Text]:
    for paragraph in root.iter(w("p")):
        words = "".join(
            one.text or "" for one in paragraph.iter(w("t")) if _paragraph_of(one) is paragraph
        )
        parent = paragraph.getparent()
        yield Text(words, parent is not None and parent.tag == w("body"))


def _paragraph_of(element: Element) -> Element | None:
    return next(element.iterancestors(w("p")), None)


def _must_have_place(used: Used, *, is_main: bool, where: str) -> None:
    if not is_main:
        return
    if not used.places:
        raise TemplateRefused(
            f"The template does not say where the clauses go. Put {{{{ {PLACE} }}}} in a "
            "paragraph of its own"
        )
    if len(used.places) > 1:
        raise TemplateRefused(
            f"The template says {len(used.places)} times where the clauses go. Keep "
            f"{{{{ {PLACE} }}}} in one paragraph only"
        )


def _must_be_harmless(root: Element, where: str) -> None:
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2]
        if name in REFUSED_ELEMENTS:
            raise TemplateRefused(f"{where} {REFUSED_ELEMENTS[name]}")
        said = [*element.attrib.values(), element.tail or ""]
        said += [] if element.tag == w("t") else [element.text or ""]
        if any(LEFT_OVER.search(text) for text in said):
            raise TemplateRefused(
                f"{where} has a merge field in a place that is no text (the description of a "
                "picture, a field code, a link). Put it into the text"
            )
    for code in _field_codes(root):
        word = code.strip().partition(" ")[0].upper().strip('"')
        if word in REFUSED_FIELDS:
            raise TemplateRefused(
                f"{where} has a field ({word[:30]}) that {REFUSED_FIELDS[word]}. Delete it"
            )


def _field_codes(root: Element) -> Iterator[str]:
    for one in root.iter(w("fldSimple")):
        yield one.get(w("instr"), "")
    code: list[str] = []
    for one in root.iter(w("instrText"), w("fldChar")):
        if one.tag == w("instrText"):
            code.append(one.text or "")
        else:
            yield "".join(code)
            code = []
    yield "".join(code)


def _must_have_no_field(name: str, data: bytes) -> None:
    root = parsed(data)
    words = "".join(root.itertext())
    if "{{" in words or "{%" in words or "{#" in words:
        where = name.rpartition("/")[2]
        raise TemplateRefused(
            f"There is a merge field in {where}, where it is not filled in. Put merge fields into "
            "the text, a header or a footer"
        )
    if any(True for _ in root.iter(w("comment"))):
        raise TemplateRefused(f"The template {REFUSED_ELEMENTS['commentReference']}")


def _styles(parts: Mapping[str, bytes], relations: Relations) -> tuple[StyleFound, ...]:
    part = relations.part_of_kind("styles")
    if part not in parts:
        return ()
    found = []
    for one in parsed(parts[part]).iter(w("style")):
        kind, name = one.get(w("type"), ""), name_of(one)
        if kind in KINDS_OF_STYLE and name and one.get(w("styleId")):
            found.append(StyleFound(one.get(w("styleId")), name[:LONGEST_STYLE_NAME], kind))
    if len(found) > MOST_STYLES:
        raise TemplateRefused(
            f"The template has more than {MOST_STYLES} styles. Delete unused ones"
        )
    return tuple(found)


def _facts(document: Element, relations: Relations) -> Iterator[tuple[str, str]]:
    sections = list(document.iter(w("sectPr")))
    yield "Sections", str(max(len(sections), 1))
    turned = sum(
        1
        for one in sections
        for size in one.iter(w("pgSz"))
        if size.get(w("orient")) == "landscape"
    )
    yield "Sections on pages turned on their side", str(turned)
    yield (
        "Headers and footers",
        str(len([*relations.of_kind("header"), *relations.of_kind("footer")])),
    )
    yield "Pictures in the text", str(len(relations.of_kind("image")))
    yield "Lists of its own", "Yes" if relations.of_kind("numbering") else "No"


def _warnings(
    parts: Mapping[str, bytes],
    relations: Relations,
    used: tuple[str, ...],
    guessed: Mapping[str, str],
) -> Iterator[str]:
    if not any(guessed.values()):
        yield "No style has the name of one of ours, so all are added. Choose styles below."
    for name, what in (("supplier", "the supplier"), ("tender_reference", "the tender")):
        if name not in used:
            yield f"Nothing names {what} ({{{{ {name} }}}}): the cover will not say it."
    settings = relations.part_of_kind("settings")
    if settings in parts and any(
        True for _ in parsed(parts[settings]).iter(w("documentProtection"))
    ):
        yield "The template restricts editing, and so will every schedule on it."
    if relations.of_kind("attachedTemplate"):
        yield "It names another template on somebody's computer; the schedules will not."
