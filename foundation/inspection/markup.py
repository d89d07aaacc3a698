"""XML read as it streams by: no document type, no entities, nothing kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.parsers import expat

from foundation.inspection import Unfit

# A part with more than this takes long to read and longer to open.
MOST_ELEMENTS = 3_000_000
SEPARATOR = " "

OnStart = Callable[[str, dict[str, str]], None]

INSTRUCTIONS = (
    "it contains instructions for other programs (a document type) that no office program "
    "writes. Send it as PDF instead"
)
NOT_XML = "it is damaged. Open it, save it again under another name and choose that file"


def read_markup(
    pieces: Iterable[bytes],
    on_start: OnStart | None = None,
    on_text: Callable[[str], None] | None = None,
    on_end: Callable[[str], None] | None = None,
) -> None:
    """Read XML to its end and report what was asked for; names come without their namespace.

    Raises Unfit for a document type, which entities need, and for what is not XML.
    """
    parser = expat.ParserCreate(namespace_separator=SEPARATOR)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_document_type
    if on_start is not None:
        parser.StartElementHandler = _counted(on_start)
    if on_end is not None:
        parser.EndElementHandler = lambda name: on_end(local(name))
    if on_text is not None:
        parser.CharacterDataHandler = on_text
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError):
        raise Unfit(NOT_XML) from None


def local(name: str) -> str:
    """Return the name without its namespace."""
    return name.rpartition(SEPARATOR)[2]


def _counted(on_start: OnStart) -> OnStart:
    left = MOST_ELEMENTS

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Unfit("it holds too much to be checked. Send it as PDF instead")
        on_start(local(name), attributes)

    return start


def _refuse_document_type(*_declared: object) -> None:
    raise Unfit(INSTRUCTIONS)
