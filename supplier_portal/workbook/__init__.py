"""The offline workbook: the questions of one tender as .xlsx, out to a supplier and back in.

``write`` and ``read`` deal in plain values, so that ``flask assess`` reads the same workbook as the
pages. Text travels exactly: nothing a supplier wrote is cut, replaced or evaluated.
"""

from supplier_portal.workbook.layout import About
from supplier_portal.workbook.package import NotAWorkbook
from supplier_portal.workbook.reading import Reading, read
from supplier_portal.workbook.taking import Note
from supplier_portal.workbook.writing import write

__all__ = ["About", "NotAWorkbook", "Note", "Reading", "read", "write"]
