"""Stand-ins for the files that demonstration bids name: small, real, and plainly made up."""

from __future__ import annotations

SAYS = "A made-up document of the demonstration. It stands for evidence a supplier would send."


def evidence_bytes(name: str, title: str, supplier: str) -> bytes:
    """Return a file of the kind that ``name`` ends in: a one-page PDF, or text."""
    if name.endswith(".pdf"):
        return one_page_pdf([title, supplier, "", SAYS])
    return f"# {title}\n# {supplier}\n# {SAYS}\nopenapi: 3.0.3\n".encode()


def one_page_pdf(lines: list[str]) -> bytes:
    """Return a PDF of one A4 page with these lines of text."""
    text = "".join(f"({_escaped(line)}) Tj 0 -22 Td " for line in lines)
    drawing = f"BT /F1 13 Tf 60 760 Td {text}ET".encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    return _file_of(objects)


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _file_of(objects: list[bytes]) -> bytes:
    """Number the objects and add the table of where each begins."""
    written, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, table, size, len(written))
    )
