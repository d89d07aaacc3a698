"""The offline workbook: the questions of one tender as .xlsx, out to a supplier and back in.

``write`` and ``read`` deal in plain values, so that ``flask assess`` reads the same workbook as the
pages. Text travels exactly: nothing a supplier wrote is cut, replaced or evaluated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from supplier_portal.workbook.layout import About
from supplier_portal.workbook.package import NotAWorkbook
from supplier_portal.workbook.reading import Reading, read
from supplier_portal.workbook.taking import Note

if TYPE_CHECKING:
    from supplier_portal.workbook.writing import write

__all__ = ["About", "NotAWorkbook", "Note", "Reading", "read", "write"]


def __getattr__(name: str) -> Any:
    """Writing needs the library for Excel, which takes long to load: when it is first asked for."""
    if name != "write":
        raise AttributeError(name)
    from supplier_portal.workbook.writing import write

    return write
