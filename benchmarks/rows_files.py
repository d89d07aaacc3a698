"""Files sent as evidence and taken away: by how much the process grows, whatever their size."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from functools import partial

from accounts.rules.roles import Role
from benchmarks import larger_files
from benchmarks.harness import MILLI, QUICK, Line, Row
from benchmarks.served import Client, Server, ours, token_of
from benchmarks.worlds import Answering, World, close, cookie_of, world
from foundation import clock
from foundation.inspection import MEGABYTE
from foundation.uploads import LARGEST_FILE
from supplier_portal import service as portal
from tests import factories

FILES = "/bids/{bid}/questions/SLP-07/SLP-07.g2/files"
FILE = re.compile(r'href="(/bids/[^"]+/evidence/[^"]+)"')
HEAD, TAIL = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n", b"trailer<</Root 1 0 R>>\n%%EOF\n"
AS_ALLOWED = "foundation.serve", (MEGABYTE, LARGEST_FILE)
RAISED = "benchmarks.larger_files", (larger_files.LARGEST,)
SERVED = ((AS_ALLOWED[0], (MEGABYTE,)),) if QUICK else (AS_ALLOWED, RAISED)
# Each is sent and taken away so often, and the most it grew by counts.
TIMES = 3
# By so many MB the process may grow.
MOST_RISE = 16


def measured() -> list[Line]:
    with world() as made:
        with made.application().app_context():
            tender = factories.make_open_tender()
            lead = factories.make_person(Role.BID_LEAD, factories.make_supplier("Larkfield"))
            bid = portal.start_bid(tender, by=factories.viewer_of(lead), arrived_at=clock.now())
            writing = Answering(cookie_of(lead), bid.token)
            close()
        return [line for program, sizes in SERVED for line in _of(made, writing, program, sizes)]


def _of(made: World, writing: Answering, program: str, sizes: tuple[int, ...]) -> Iterator[Line]:
    raised = ", the limit raised for it" if program == RAISED[0] else ""
    with ours(made.folder, made.database, (program,)) as served:
        client = Client(served.port, writing.cookie)
        path = FILES.format(bid=writing.bid)
        for size in (MEGABYTE // 10, *sizes):
            known = set(FILE.findall(client.get(path)[1]))
            sent = [_grown(served, partial(_send, client, path, size)) for _ in range(TIMES)]
            new = set(FILE.findall(client.get(path)[1])) - known
            taken = [_grown(served, partial(_take, client, one, size)) for one in new]
            if len(taken) != TIMES:
                raise RuntimeError(f"{len(taken)} of {TIMES} files are there")
            # The first, a small one, warms up what every file needs.
            if size >= MEGABYTE:
                yield _line(f"{size // MEGABYTE} MB sent{raised}", served, sent)
                yield _line(f"{size // MEGABYTE} MB taken away{raised}", served, taken)


def _line(what: str, served: Server, found: list[tuple[float, float]]) -> Line:
    return Line(
        what,
        max(rise for rise, _ in found),
        most=MOST_RISE,
        fail=MOST_RISE,
        memory=served.peak,
        unit="MB",
        said=f"in {min(ms for _, ms in found):,.0f} ms of processor time",
    )


def _grown(served: Server, does: Callable[[], None]) -> tuple[float, float]:
    """Return by how many MB the process grew at the most meanwhile, and what it took."""
    # What was asked before may still be being put away.
    time.sleep(0.2)
    served.forget_peak()
    before, began = served.resident, served.seconds
    does()
    return max(0.0, served.peak - before), (served.seconds - began) * MILLI


def _send(client: Client, path: str, size: int) -> None:
    _, page = client.get(path)
    boundary, name = secrets.token_hex(16), f"plan-{secrets.token_hex(8)}.pdf"
    body = bytearray()
    fields = {"csrf_token": token_of(page), "title": name, **_hidden(page)}
    for key, value in fields.items():
        body += f"--{boundary}\r\nContent-Disposition: form-data; ".encode()
        body += f'name="{key}"\r\n\r\n{value}\r\n'.encode()
    body += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '.encode()
    body += f'filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'.encode()
    body += _document(size)
    body += f"\r\n--{boundary}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    status, said = client.raw("POST", path, bytes(body), kind)
    if status != 302:
        raise RuntimeError(f"{path}: {status} {said[:300]!r}")


def _hidden(page: str) -> dict[str, str]:
    found = re.search(r'name="questionnaire"[^>]*value="([^"]*)"', page)
    return {"questionnaire": found[1]} if found else {}


def _document(size: int) -> bytes:
    """Return a PDF of so many bytes: lines of remarks that no packing makes smaller."""
    lines, room = [HEAD], size - len(HEAD) - len(TAIL)
    whole = b"".join(b"%" + os.urandom(49).hex().encode() + b"\n" for _ in range(room // 100))
    lines += [whole, b"%" * (room - len(whole) - 1), b"\n", TAIL]
    return b"".join(lines)


def _take(client: Client, path: str, size: int) -> None:
    status, content = client.raw("GET", path, None, {})
    if status != 200 or len(content) != size:
        raise RuntimeError(f"{path}: {status}, {len(content)} bytes")


ROWS = (
    Row(
        "files",
        "",
        f"A PDF of 1 MB, of {LARGEST_FILE // MEGABYTE} MB and of 100 MB sent as evidence, checked "
        "and sealed, and taken away again: by how much the process grows meanwhile",
        "",
        f"at most {MOST_RISE} MB, whatever the size",
        measured,
    ),
)
