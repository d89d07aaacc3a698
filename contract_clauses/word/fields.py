"""Word's fields and bookmarks, each with its result written beside it.

The result is what a reader sees until Word works the field out again (F9). No field is marked as
due for updating: Word would ask about it each time the document is opened.
"""

from __future__ import annotations

from contract_clauses.word.text import run

BEGIN = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
SEPARATE = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


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


def bookmark_name(kind: str, target: str) -> str:
    return f"_Ref{kind}_{target.replace('-', '_')}"


def bookmarked(name: str, number: int, inside: str) -> str:
    """Return ``inside`` within a bookmark; ``number`` is its own within the document."""
    start = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>'
    return f'{start}{inside}<w:bookmarkEnd w:id="{number}"/>'


def link_to(name: str, inside: str) -> str:
    """Return a link to a bookmark of this document."""
    return f'<w:hyperlink w:anchor="{name}" w:history="1">{inside}</w:hyperlink>'
