"""A template with its fields filled in, and a mark where the schedule goes."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from lxml import etree

from contract_clauses.rules.templating import LARGEST_TEMPLATE, TemplateRefused
from contract_clauses.word.template_markup import PLACE_TAG, check_filled_source, sandbox
from contract_clauses.word.template_package import (
    Element,
    Relations,
    main_part,
    parsed,
    w,
    written,
    zipped,
)
from contract_clauses.word.template_reading import filled_parts
from contract_clauses.word.text import safe_text

if TYPE_CHECKING:
    from docxtpl import DocxTemplate

PLACE_MARK = "SA_Place"
LARGEST_FILLED = 8 * LARGEST_TEMPLATE
# The library that fills in takes the line out of "{_{"; a value keeps it behind this letter.
KEPT = "\ue0f1"
CHANGED = ("{_{", "}_}", "{_%", "%_}")
# Bookmarks of a template begin here, so that those of the schedule have ids of their own.
FIRST_BOOKMARK = 500_000
OURS = ("SA_", "_RefClause", "_RefAnnex")
# Where a template names other files, and what would ask the reader something.
DROPPED_SETTINGS = ("attachedTemplate", "updateFields", "mailMerge", "saveThroughXslt")


def filled(parts: Mapping[str, bytes], values: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the parts with every field filled in, and an empty marked paragraph as the place.

    Raises TemplateRefused, also where the library cannot make sense of a package.
    """
    prepared = dict(parts)
    main = main_part(prepared)
    for name, _where in filled_parts(parts, main):
        prepared[name] = _marked(parsed(parts[name]))
    _quieten(prepared, main)
    try:
        rendered = _rendered(zipped(prepared), _safe(values))
    except TemplateRefused:
        raise
    except Exception as error:  # whatever a strange file makes two libraries raise
        raise TemplateRefused(
            "The template cannot be filled in. Open it in Word, save it again under another name "
            f"and choose that file ({type(error).__name__})"
        ) from error
    for name, _where in filled_parts(rendered, main_part(rendered)):
        rendered[name] = _restored(rendered[name])
        parsed(rendered[name])
    return rendered


def _rendered(package: bytes, values: Mapping[str, Any]) -> dict[str, bytes]:
    from docxtpl import DocxTemplate  # with all of python-docx: only templates need it

    template = DocxTemplate(io.BytesIO(package))
    template.render_init()
    _check_sources(template)
    template.render(dict(values), jinja_env=sandbox(), autoescape=True)
    saved = io.BytesIO()
    template.save(saved)
    with ZipFile(saved) as archive:
        if sum(one.file_size for one in archive.infolist()) > LARGEST_FILLED:
            raise TemplateRefused("The template grows too large when it is filled in. Use less")
        return {one.filename: archive.read(one) for one in archive.infolist()}


def _check_sources(template: DocxTemplate) -> None:
    """Look at what is rendered as it is rendered: the same list of what is allowed holds."""
    check_filled_source("the text", template.patch_xml(template.get_xml()))
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        for _key, part in template.get_headers_footers(uri):
            source = template.patch_xml(template.get_part_xml(part))
            check_filled_source("a header or footer", source)


def _marked(root: Element) -> bytes:
    """Return the part with the place marked, and with bookmarks out of the schedule's way."""
    _move_bookmarks(root)
    for paragraph in root.iter(w("p")):
        words = "".join(one.text or "" for one in paragraph.iter(w("t")))
        parent = paragraph.getparent()
        if parent is None or parent.tag != w("body") or not PLACE_TAG.fullmatch(words.strip()):
            continue
        for child in list(paragraph):
            if child.tag != w("pPr"):
                paragraph.remove(child)
        start = {w("id"): "0", w("name"): PLACE_MARK}
        etree.SubElement(paragraph, w("bookmarkStart"), start)
        etree.SubElement(paragraph, w("bookmarkEnd"), {w("id"): "0"})
    return written(root)


def _move_bookmarks(root: Element) -> None:
    dropped = set()
    for one in list(root.iter(w("bookmarkStart"))):
        if one.get(w("name"), "").startswith(OURS):
            dropped.add(one.get(w("id")))
            _remove(one)
    for one in list(root.iter(w("bookmarkStart"), w("bookmarkEnd"))):
        number = one.get(w("id"), "")
        if number in dropped or not number.isascii() or not number.isdigit():
            _remove(one)
        else:
            one.set(w("id"), str(FIRST_BOOKMARK + int(number[-6:])))


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _quieten(parts: dict[str, bytes], main: str) -> None:
    """Take out of the settings what fetches a file, or asks whoever opens the document."""
    name = Relations(parts, main).part_of_kind("settings")
    if name not in parts:
        return
    root = parsed(parts[name])
    for setting in DROPPED_SETTINGS:
        for one in root.findall(w(setting)):
            root.remove(one)
    parts[name] = written(root)
    relations = Relations(parts, name)
    if relations.name in parts:
        del parts[relations.name]


def _safe(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [_kept(one) for one in value] if isinstance(value, list) else _kept(str(value))
        for name, value in values.items()
    }


def _kept(text: str) -> str:
    safe = safe_text(text)
    for one in CHANGED:
        safe = safe.replace(one, one[:2] + KEPT + one[2:])
    return safe


def _restored(data: bytes) -> bytes:
    for one in CHANGED:
        data = data.replace((one[:2] + KEPT + one[2:]).encode(), one.encode())
    return data
