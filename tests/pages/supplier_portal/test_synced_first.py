"""What is acknowledged lies on the disk before the answer leaves: read from the system calls.

Killing a process loses nothing that it has handed to the kernel; a power cut does. So the order of
the calls is looked at: written, synced, and only then said.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import time

import pytest

from accounts.rules.roles import Role
from foundation.database import db
from tests import proving
from tests.beginnings import WORLD
from tests.factories import make_person, make_supplier
from tests.pages.supplier_portal.conftest import start
from tests.pages.supplier_portal.test_kills import Company
from tests.served import Served

CALLS = "pwrite64,pwritev,write,writev,fsync,fdatasync,rename,renameat2,sendto,sendmsg"
# "12345 fdatasync(7</folder/x.db-wal>) = 0", also where another thread came between.
CALL = re.compile(r"^\d+ (?:<\.\.\. )?(\w+)(?: resumed>|\((?:AT_FDCWD, )?(?:\d+<([^>]*)>)?)(.*)$")
ANSWER = "HTTP/1.1 302"
SYNCED = ("fsync", "fdatasync")


@pytest.mark.sqlite
@pytest.mark.slow
def test_a_save_an_upload_and_a_submission_are_synced_before_they_are_acknowledged(
    app, tender, tmp_path, database
):
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    lead = make_person(Role.BID_LEAD, make_supplier("Larkfield Sensors"))
    bid = start(tender, lead)
    app.extensions[WORLD].end()
    db.session.commit()
    server = Served(tmp_path, database)
    company = Company(server.port, lead, bid, None)
    db.session.commit()
    done = {}
    try:
        for step in (company._save, company._upload, company._submit):
            [worker] = server.workers
            with Traced(worker, tmp_path / "calls") as calls:
                step(1)
            done[step.__name__] = calls()
    finally:
        server.kill_all()

    assert company.journal.acknowledged == 3
    for name, calls in done.items():
        assert unsynced_at_answer(calls) == [], name
        assert [kind for kind, path, _ in calls if kind in SYNCED and is_log(path)], name
    assert is_file_first(done["_upload"])
    proving.tell(acknowledgements_traced=len(done), unsynced=0)


class Traced:
    """Notes the calls of a process while the block runs; gives them back in order."""

    def __init__(self, worker, path):
        self._command = ["strace", "-f", "-y", "-s", "64", "-e", f"trace={CALLS}", "-o", path]
        self._command += ["-p", str(worker)]
        self._path = path

    def __enter__(self):
        self._strace = subprocess.Popen(self._command, stderr=subprocess.PIPE, text=True)
        # It says so once it is attached.
        assert "attached" in self._strace.stderr.readline()
        return lambda: read_calls(self._path.read_text(errors="replace"))

    def __exit__(self, *_exception):
        time.sleep(0.2)
        self._strace.send_signal(signal.SIGINT)
        self._strace.wait(30)
        self._strace.stderr.close()


def read_calls(text):
    """Return (call, path, the rest) of each line, a call that was interrupted where it ended."""
    found, begun = [], {}
    for line in text.splitlines():
        thread = line.partition(" ")[0]
        match = CALL.match(line)
        if match is None:
            continue
        name, path, rest = match.groups()
        if "unfinished ..." in line:
            begun[thread, name] = (path or "", rest)
            # What is said leaves with the beginning of the call.
            if name in ("sendto", "sendmsg", "write", "writev"):
                found.append((name, path or "", rest))
        elif " resumed>" in line:
            path, rest = begun.pop((thread, name), ("", ""))
            if name not in ("sendto", "sendmsg", "write", "writev"):
                found.append((name, path, rest))
        else:
            found.append((name, path or "", rest))
    return found


def unsynced_at_answer(calls):
    """Return the files of the store written and not synced when the answer was sent."""
    waiting = set()
    for name, path, rest in calls:
        if name.startswith("pwrite") and is_log(path):
            waiting.add(path)
        elif name in SYNCED:
            waiting.discard(path)
        elif ANSWER in rest:
            return sorted(waiting)
    return ["no answer was seen"]


def is_log(path):
    """Return whether this is where SQLite writes a change first."""
    return path.endswith("-wal")


def is_file_first(calls):
    """Return whether a file was synced, then named, then the folder synced, then the row."""
    draft = [i for i, (name, path, _) in enumerate(calls) if name == "fsync" and ".draft-" in path]
    named = [i for i, (name, _, rest) in enumerate(calls) if "rename" in name and ".draft-" in rest]
    folder = [
        i
        for i, (name, path, _) in enumerate(calls)
        if name == "fsync" and "/files/" in path and ".draft-" not in path
    ]
    log = [i for i, (name, path, _) in enumerate(calls) if name in SYNCED and is_log(path)]
    return draft[0] < named[0] < folder[0] < log[-1]
