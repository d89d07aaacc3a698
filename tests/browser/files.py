"""Small real files to upload, made here: a Word document, a PDF, a text."""

from __future__ import annotations

import io
from pathlib import PurePath

import docx

from records.demonstration.evidence import evidence_bytes


def file_called(name: str, title: str) -> bytes:
    """Return the content of a real file of the kind that ``name`` ends in."""
    if PurePath(name).suffix == ".docx":
        return word_document(title)
    return evidence_bytes(name, title, "")


def word_document(title: str) -> bytes:
    document, file = docx.Document(), io.BytesIO()
    document.add_heading(title)
    document.save(file)
    return file.getvalue()
