"""LibreOffice, kept on a short lead: a document goes in as bytes, a PDF comes out.

Every call has a profile and a folder of its own, in memory where the machine has such a place, so
that no words of a bid lie in clear on a disk. What runs sees none of our settings, reaches no
network, and ends with all its children when its time is over. Where LibreOffice is not installed
``is_present`` says so; nothing else of the service depends on it.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from foundation.errors import DomainError

PROGRAM = "soffice"
MEGABYTE = 1024 * 1024
# How long one conversion may take, and how much it may write into any one file.
SECONDS, LARGEST = 180, 200 * MEGABYTE
LARGEST_DOCUMENT = 50 * MEGABYTE
IN_MEMORY, PREFIX = Path("/dev/shm"), "assurance-soffice-"  # noqa: S108  (its own folder in it)
ROOM = 500 * MEGABYTE
# What somebody ends from outside, a machine short of memory say, is tried again.
TRIES, SHELL_ADDS = 3, 128
# Folders a killed process left behind are cleared away once they are older than this.
LEFT_BEHIND_SECONDS = 3600
PDF, TEXT = "pdf", "txt"
PDF_OPTIONS = (
    "pdf:writer_pdf_Export:{"
    '"UseTaggedPDF":{"type":"boolean","value":"true"},'
    '"ExportBookmarks":{"type":"boolean","value":"true"},'
    '"ExportBookmarksToPDFDestination":{"type":"boolean","value":"true"}}'
)
FILTERS = {PDF: PDF_OPTIONS, TEXT: "txt:Text (encoded):UTF8"}
# Everything that would be fetched goes to a port nobody listens on; macros and links do nothing.
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType"
 oor:op="fuse"><value>1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyName"
 oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyPort"
 oor:op="fuse"><value>9</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop
 oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop
 oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""
NOWHERE = "http://127.0.0.1:9"
# The shell only sets limits, in blocks of 512 bytes and seconds, then becomes LibreOffice.
LIMITED = 'ulimit -f "$1"; ulimit -c 0; ulimit -t "$2"; shift 2; exec "$@"'
logger = logging.getLogger(__name__)


class NotPresent(DomainError):
    """LibreOffice is not installed."""

    def __init__(self) -> None:
        super().__init__("LibreOffice is not installed, so no PDF can be made. Take the Word file")


class NotConverted(DomainError):
    """LibreOffice made nothing of a document, or took too long."""


def is_present() -> bool:
    """Return whether documents can be converted on this machine."""
    return program() is not None


def program() -> str | None:
    return shutil.which(PROGRAM)


def to_pdf(document: bytes, *, seconds: float = SECONDS) -> bytes:
    """Return a Word document as a tagged PDF; its bookmarks are named places in it.

    Raises NotPresent and NotConverted.
    """
    return converted(document, PDF, seconds=seconds)


def to_text(document: bytes, *, seconds: float = SECONDS) -> str:
    """Return a Word document as plain text, with the numbers Word counts. Raises as ``to_pdf``."""
    return converted(document, TEXT, seconds=seconds).decode("utf-8-sig")


def converted(document: bytes, kind: str, *, seconds: float = SECONDS) -> bytes:
    """Return a Word document as another kind of file. Raises NotPresent and NotConverted."""
    found = program()
    if found is None:
        raise NotPresent
    if len(document) > LARGEST_DOCUMENT:
        raise NotConverted("The document is too large to be converted")
    for _ in range(TRIES):
        with _own_folder() as folder:
            (folder / "document.docx").write_bytes(document)
            settings = folder / "profile" / "user"
            settings.mkdir(parents=True)
            (settings / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
            was_ended = _run(_command(found, folder, kind, seconds), folder, seconds)
            if not was_ended:
                return _made(folder / f"document.{kind}")
        logger.warning("LibreOffice was ended by signal %d", was_ended)
    raise NotConverted("LibreOffice was ended each time it tried the document")


def _command(found: str, folder: Path, kind: str, seconds: float) -> list[str]:
    limits = [str(LARGEST // 512), str(int(seconds) + 1)]
    return [
        *_without_network(),
        *("/bin/sh", "-c", LIMITED, "sh", *limits),
        found,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"),
        *("--convert-to", FILTERS[kind], "--outdir", str(folder), str(folder / "document.docx")),
    ]


@cache
def _without_network() -> tuple[str, ...]:
    """Return what puts a program where there is no network, where this machine allows that."""
    found = shutil.which("unshare")
    if found is None:
        return ()
    apart = (found, "--map-root-user", "--net")
    try:
        tried = subprocess.run(  # noqa: S603  (words of our own alone)
            [*apart, "true"], capture_output=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return apart if tried.returncode == 0 else ()


def _run(command: list[str], folder: Path, seconds: float) -> int:
    """Run a command to its end, or end it and everything it started; return the signal with which
    somebody else ended it, 0 for none. Raises NotConverted."""
    process = subprocess.Popen(  # noqa: S603  (a document is a file, never part of the command)
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=_environment(folder),
        start_new_session=True,
    )
    try:
        ended = process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise NotConverted("LibreOffice took too long over the document") from None
    finally:
        # Its children too, such as the one that does the work, whoever ended.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    # A shell says it as 128 and the signal. Out of its time is too long, as without a signal.
    by = -ended if ended < 0 else max(0, ended - SHELL_ADDS)
    return 0 if by == signal.SIGXCPU else by


def _environment(folder: Path) -> dict[str, str]:
    """Return what LibreOffice is told of the machine: no settings and no secrets of ours."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "SAL_USE_VCLPLUGIN": "svp",
        "http_proxy": NOWHERE,
        "https_proxy": NOWHERE,
        "no_proxy": "",
    }


def _made(path: Path) -> bytes:
    """Return what was written. Raises NotConverted where that is nothing, or too much."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise NotConverted("LibreOffice could not read the document") from None
    if not 0 < size < LARGEST:
        raise NotConverted("LibreOffice made nothing that can be kept of the document")
    return path.read_bytes()


@contextmanager
def _own_folder() -> Iterator[Path]:
    """Make a folder nobody else can read, and take it away with everything in it."""
    above = _above()
    _clear_left_behind(above)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=above))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _above() -> Path:
    """Return where folders are made: in memory where there is room, else among temporary files."""
    try:
        if os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ROOM:
            return IN_MEMORY
    except OSError:
        logger.debug("No place in memory for files")
    return Path(tempfile.gettempdir())


def _clear_left_behind(above: Path) -> None:
    """Take away the folders of processes that were killed; never those of one that works."""
    old = time.time() - LEFT_BEHIND_SECONDS
    for folder in above.glob(f"{PREFIX}*"):
        with suppress(OSError):
            if folder.stat().st_mtime < old and folder.stat().st_uid == os.getuid():
                shutil.rmtree(folder, ignore_errors=True)
