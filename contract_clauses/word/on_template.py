"""A schedule on an authority's own template: its cover, headers and styles; our clauses and lists.

The template says what stands before the contents and around every page. What we write goes in at
its place as finished paragraphs: nothing a supplier wrote is ever read as a field of the template.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any

from lxml import etree

from contract_clauses.rules.issuing import Approved
from contract_clauses.rules.parts import Schedule
from contract_clauses.rules.templating import TemplateRefused, values_of
from contract_clauses.word import opening
from contract_clauses.word.annexes import annexes
from contract_clauses.word.blocks import UPRIGHT, section_end
from contract_clauses.word.clauses import clauses
from contract_clauses.word.package import (
    CUSTOM_FORMAT,
    PROPERTY,
    SKELETON,
    TEMPLATE_PROPERTY,
    says_made_from,
)
from contract_clauses.word.template_filling import PLACE_MARK, filled
from contract_clauses.word.template_package import (
    Element,
    R,
    Relations,
    W,
    main_part,
    opened,
    parsed,
    say_type,
    w,
    written,
    zipped,
)
from contract_clauses.word.template_pages import Turner, text_width
from contract_clauses.word.template_properties import set_child
from contract_clauses.word.template_sections import chunks, insert, section_of
from contract_clauses.word.template_styles import Joining
from contract_clauses.word.text import safe_text
from contract_clauses.word.writing import Writing

CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
VARIANT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
DC, DCTERMS = "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
APP_TYPE = "application/vnd.openxmlformats-officedocument.extended-properties+xml"
CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
# Room for the number of a heading in the contents.
NUMBER_WIDTH = "1134"
LONGEST_PROPERTY = 255


@dataclass(frozen=True)
class OnTemplate:
    """A template to write on: its file as it was sent, and which of its styles stand for ours."""

    content: bytes
    sha256: str
    styles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Insert:
    """What goes into a template: the body, its comments, and what the document says of itself."""

    body: str
    title: str
    subject: str
    made_from: str
    made_on: str = ""
    comments: str = ""


def schedule_on_template(
    template: OnTemplate,
    schedule: Schedule,
    approved: Approved | None = None,
    *,
    notes: bool = False,
    departures: bool = False,
    pages: Mapping[str, int] | None = None,
    bid: str = "",
) -> bytes:
    """Return the schedule as .docx on the template: its cover, our contents, clauses and annexes.

    The same schedule on the same template always gives the same bytes. ``bid``: as for a schedule
    on our own layout. Raises TemplateRefused.
    """
    writing = Writing(notes, departures, schedule.parties.prepared_on)
    body = chain(
        opening.contents(schedule, pages or {}),
        opening.to_settle(schedule),
        clauses(schedule.clauses, writing),
        [section_end(UPRIGHT, first=True)],
        annexes(schedule, writing),
    )
    inside = "".join(body)
    parties, day = schedule.parties, schedule.parties.prepared_on
    title = f"{opening.TITLE}: {parties.tender_reference}"
    return write_on_template(
        template,
        Insert(
            inside,
            f"{title}, version {approved.version}" if approved else title,
            parties.tender_title,
            says_made_from(schedule, approved, bid),
            f"{day.isoformat()}T00:00:00Z" if day else "",
            writing.comments_part(),
        ),
        values_of(schedule, approved),
    )


def write_on_template(template: OnTemplate, ours: Insert, values: Mapping[str, Any]) -> bytes:
    """Return the template with its fields filled in and ``ours`` at its place.

    Raises TemplateRefused where the file is not what it was when it was taken.
    """
    if hashlib.sha256(template.content).hexdigest() != template.sha256:
        raise TemplateRefused("The template is not the file that was uploaded")
    parts = dict(_parts_of(template.content))
    _own_properties(parts, ours, template.sha256)
    parts = filled(parts, values)
    main = main_part(parts)
    document = parsed(parts[main])
    body = _elements(ours.body)
    joining = Joining(
        parts, main, template.styles, _styles_used([*body, *_elements(ours.comments)])
    )
    place = _place(document)
    _set_contents(body, text_width(section_of(place)))
    _rename(body, joining.renamed)
    styles = {one.get(w("styleId")): one for one in joining.styles.iter(w("style"))}
    insert(place, chunks(body), Turner(parts, main, joining.relations, styles))
    if ours.comments:
        _add_comments(parts, main, joining, ours.comments)
    joining.save()
    parts[main] = written(document)
    return zipped(parts)


@lru_cache(maxsize=2)
def _parts_of(content: bytes) -> Mapping[str, bytes]:
    """Return the parts of a template that is written on many times, looked into once."""
    return opened("template.docx", content)


def _elements(inside: str) -> list[Element]:
    root = parsed(f'<w:body xmlns:w="{W}" xmlns:r="{R}">{inside}</w:body>'.encode())
    return list(root)


def _styles_used(elements: Iterable[Element]) -> list[str]:
    """Return our styles in the order in which they are first used."""
    tags = (w("pStyle"), w("rStyle"), w("tblStyle"))
    used = dict.fromkeys(
        str(one.get(w("val"))) for element in elements for one in element.iter(*tags)
    )
    return list(used)


def _rename(elements: Iterable[Element], renamed: Mapping[str, str]) -> None:
    for element in elements:
        for one in element.iter(w("pStyle"), w("rStyle"), w("tblStyle")):
            name = str(one.get(w("val")))
            one.set(w("val"), renamed.get(name, name))


def _place(document: Element) -> Element:
    for mark in document.iter(w("bookmarkStart")):
        paragraph = mark.getparent()
        if mark.get(w("name")) == PLACE_MARK and paragraph is not None:
            return paragraph
    raise TemplateRefused("The template does not say where the clauses go")


def _set_contents(body: Iterable[Element], width: int) -> None:
    """Give the lines of the contents tab stops of their own, whatever the template's style has."""
    for paragraph in body:
        style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
        if style is None or style.get(w("val")) != "TOC1":
            continue
        tabs = etree.Element(w("tabs"))
        etree.SubElement(tabs, w("tab"), {w("val"): "left", w("pos"): NUMBER_WIDTH})
        dotted = {w("val"): "right", w("leader"): "dot", w("pos"): str(width)}
        etree.SubElement(tabs, w("tab"), dotted)
        properties = paragraph[0]
        set_child(properties, tabs)
        hanging = {w("left"): NUMBER_WIDTH, w("right"): "567", w("hanging"): NUMBER_WIDTH}
        set_child(properties, etree.Element(w("ind"), hanging))


def _add_comments(parts: dict[str, bytes], main: str, joining: Joining, comments: str) -> None:
    inside = _elements(comments)
    _rename(inside, joining.renamed)
    root = etree.Element(w("comments"), nsmap={"w": W})
    root.extend(inside)
    name = posixpath.join(posixpath.dirname(main), "schedule-comments.xml")
    parts[name] = written(root)
    joining.relations.drop("comments")
    joining.relations.add("comments", posixpath.basename(name))
    say_type(parts, name, COMMENTS_TYPE)


def _own_properties(parts: dict[str, bytes], ours: Insert, sha256: str) -> None:
    """Say what the document is; nobody who worked on the template is named in it."""
    relations = Relations(parts, "")
    core = _part(parts, relations, "core-properties", "docProps/core.xml", CORE_TYPE)
    root = parsed((SKELETON / "core.xml").read_bytes())
    etree.SubElement(root, f"{{{DC}}}title").text = _one_line(ours.title)
    if ours.subject:
        etree.SubElement(root, f"{{{DC}}}subject").text = _one_line(ours.subject)
    if ours.made_on:
        made = etree.SubElement(root, f"{{{DCTERMS}}}created", {f"{{{XSI}}}type": "dcterms:W3CDTF"})
        made.text = ours.made_on
    parts[core] = written(root)
    app = _part(parts, relations, "extended-properties", "docProps/app.xml", APP_TYPE)
    parts[app] = (SKELETON / "app.xml").read_bytes()
    custom = _part(parts, relations, "custom-properties", "docProps/custom.xml", CUSTOM_TYPE)
    parts[custom] = _custom(
        parts.get(custom), {PROPERTY: ours.made_from, TEMPLATE_PROPERTY: sha256}
    )
    relations.save()


def _custom(data: bytes | None, added: Mapping[str, str]) -> bytes:
    root = parsed(data or (SKELETON / "custom.xml").read_bytes())
    for one in list(root):
        if one.get("name") in added:
            root.remove(one)
    for number, (name, value) in enumerate(added.items(), len(root) + 2):
        about = {"fmtid": CUSTOM_FORMAT, "pid": str(number), "name": name}
        made = etree.SubElement(root, f"{{{CUSTOM}}}property", about)
        etree.SubElement(made, f"{{{VARIANT}}}lpwstr").text = safe_text(value)
    for number, one in enumerate(root, 2):
        one.set("pid", str(number))
    return written(root)


def _part(
    parts: dict[str, bytes], relations: Relations, kind: str, name: str, content_type: str
) -> str:
    """Return the name of a part of the properties; makes room for one where there is none."""
    found = relations.part_of_kind(kind)
    if found in parts:
        return found
    relations.drop(kind)
    relations.add(kind, name)
    say_type(parts, name, content_type)
    return name


def _one_line(text: str) -> str:
    return " ".join(safe_text(text).split())[:LONGEST_PROPERTY]
