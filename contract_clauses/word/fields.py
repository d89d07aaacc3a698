"""Word's fields and bookmarks, each with its result written beside it.

The result is what a reader sees until Word works the field out again (F9). No field is marked as
due for updating: Word would ask about it each time the document is opened.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from contract_clauses.word.text import deleted_run, run

BEGIN = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
SEPARATE = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
# Word cuts longer names of bookmarks off, and takes nothing but these in them.
LONGEST_NAME = 40
NAME = re.compile("[A-Za-z_][A-Za-z0-9_-]*")


def field(instruction: str, result: str) -> str:
    """Return a field. ``instruction`` is ours alone, never text from outside."""
    return opened(instruction) + run(result) + END


def opened(instruction: str) -> str:
    return (
        f'{BEGIN}<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        f"{SEPARATE}"
    )


def reference(bookmark_name: str, number: str) -> str:
    """Return a cross-reference that shows the number of the paragraph the bookmark is on."""
    return field(f"REF {bookmark_name} \\r \\h", number)


def deleted_reference(bookmark_name: str, number: str) -> str:
    """Return a cross-reference inside a deletion, which a reader may still turn down."""
    instruction = f"REF {bookmark_name} \\r \\h"
    return (
        f'{BEGIN}<w:r><w:delInstrText xml:space="preserve"> {instruction} </w:delInstrText></w:r>'
        f"{SEPARATE}{deleted_run(number)}{END}"
    )


@lru_cache(maxsize=4096)
def bookmark_name(kind: str, target: str) -> str:
    """Return the name of the bookmark that cross-references to a clause or an annex point to."""
    return _fitting(f"_Ref{kind}_{target}")


@lru_cache(maxsize=4096)
def place_name(clause: str, key: str = "") -> str:
    """Return the name of the bookmark on a clause's heading, or around one of its sub-clauses.

    By these names a schedule that comes back from Word is compared with the one that went out.
    """
    return _fitting(f"SA_{clause}_{key}" if key else f"SA_{clause}")


def _fitting(name: str) -> str:
    """Return a name of letters, digits and underlines that Word does not cut off."""
    written = name.replace("-", "_")
    if len(name) <= LONGEST_NAME and NAME.fullmatch(name):
        return written
    told_apart = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{re.sub('[^A-Za-z0-9_]', '_', written)[: LONGEST_NAME - 9]}_{told_apart}"


def bookmarked(name: str, number: int, inside: str) -> str:
    """Return ``inside`` within a bookmark; ``number`` is its own within the document."""
    return f"{bookmark_start(name, number)}{inside}{bookmark_end(number)}"


def bookmark_start(name: str, number: int) -> str:
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>'


def bookmark_end(number: int) -> str:
    return f'<w:bookmarkEnd w:id="{number}"/>'


def link_to(name: str, inside: str) -> str:
    """Return a link to a bookmark of this document."""
    return f'<w:hyperlink w:anchor="{name}" w:history="1">{inside}</w:hyperlink>'
