"""What an installation must not be like: looked at before it starts, and by `flask doctor`.

Each check is a function that returns nothing, or raises Unsafe with one sentence that says what is
wrong and what to do. None shows a secret.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import inspect, make_url, text
from sqlalchemy.exc import OperationalError

from foundation import outages, sqlite, stores
from foundation.database import CONNECTIONS_TO_SPARE, db
from foundation.errors import DomainError
from foundation.migrating import VERSION_TABLE
from foundation.settings import Settings
from foundation.settings_read import SHORTEST_SECRET

# Words of secrets that stand in examples, not in random text.
SAMPLES = re.compile(
    r"change.?(me|this)|replace.?(me|this)|your.?secret|my.?secret|top.?secret|super.?secret|"
    r"placeholder|example|sample|default|insecure|password|not.?a.?secret|dev.?(key|secret)|"
    r"0123456789|123456789|abcdefgh|qwerty",
    re.IGNORECASE,
)
# 32 random characters of any usual alphabet have more than this many different ones.
FEWEST_DIFFERENT = 10

# File systems that reach over a network, on which SQLite's locks and syncs cannot be relied on.
NETWORKED = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "smb2", "ncpfs", "afs", "ceph", "glusterfs"}
    | {"lustre", "ocfs2", "gfs2", "beegfs", "9p"}
)
# What runs as a program of its own may be anything; only this one is known to be of this machine.
FUSE, LOCAL_FUSE = "fuse.", frozenset({"fuse.fuse-overlayfs"})
MOUNTS = Path("/proc/self/mountinfo")

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
OFF = "off"
# synchronous: 1 is NORMAL, 2 FULL, 3 EXTRA.
FULL = 2


class Unsafe(DomainError):
    """What stops the start, in one sentence."""


def the_secret_is_random() -> None:
    for secret in (_settings().secret_key, *_settings().secret_key_fallbacks):
        if len(secret) < SHORTEST_SECRET:
            raise Unsafe(
                f"The secret has {len(secret)} characters: use at least {SHORTEST_SECRET} random "
                "ones, or leave ASSURANCE_SECRET_KEY out and one is made"
            )
        if SAMPLES.search(secret) or len(set(secret)) < FEWEST_DIFFERENT:
            raise Unsafe(
                "The secret looks like one from an example: use random characters, or leave "
                "ASSURANCE_SECRET_KEY out and one is made"
            )


def faults_are_not_shown() -> None:
    if current_app.debug:
        raise Unsafe(
            "Debugging is on, which shows the inside of the service to whoever causes a fault: "
            "take FLASK_DEBUG out of the environment"
        )


def the_demonstration_writes_to_nobody() -> None:
    if _settings().demonstration and _settings().smtp is not None:
        raise Unsafe(
            "The demonstration has a mail server, and would write to people about made-up "
            "tenders: take ASSURANCE_SMTP or ASSURANCE_DEMONSTRATION out"
        )


def passwords_travel_encrypted() -> None:
    settings = _settings()
    parts = urlsplit(settings.address)
    if parts.hostname in LOOPBACK or settings.demonstration:
        return
    if parts.scheme == "http":
        raise Unsafe(
            f"ASSURANCE_ADDRESS is {settings.address}, which is not encrypted: put a proxy with "
            "HTTPS before the service and write https://"
        )
    if not settings.cookie_secure:
        raise Unsafe(
            "ASSURANCE_COOKIE_SECURE is no, so browsers would send sign-ins unencrypted too: "
            "take it out"
        )


def keys_are_for_their_owner_alone() -> None:
    folder = _settings().keys_folder
    if not folder.exists():
        return
    for path in (folder, *sorted(folder.iterdir())):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            right = "700" if path.is_dir() else "600"
            raise Unsafe(
                f"Others may read {path} (mode {mode:04o}), and with it every bid: "
                f"chmod {right} {path}, and think about who has read it"
            )


def the_database_answers() -> None:
    try:
        db.session.execute(text("SELECT 1"))
    except OperationalError as error:
        raise Unsafe(
            "The database cannot be reached: see that it runs and that DATABASE_URL is right"
        ) from error
    finally:
        db.session.rollback()


def there_are_tables() -> None:
    try:
        missing = not inspect(db.session.connection()).has_table(VERSION_TABLE)
    finally:
        db.session.rollback()
    if missing:
        raise Unsafe("The database has no tables yet: run flask db upgrade")


def sqlite_lies_on_this_machine() -> None:
    if db.engine.dialect.name != "sqlite" or not MOUNTS.exists():
        return
    path = Path(str(make_url(_settings().database_url).database)).resolve()
    kind = file_system_of(path, MOUNTS.read_text(encoding="utf-8", errors="replace"))
    if is_networked(kind):
        raise Unsafe(
            f"The database {path} lies on a network drive ({kind}), where SQLite can lose what it "
            "has confirmed: set ASSURANCE_INSTANCE_FOLDER to a disk of this machine, or "
            "DATABASE_URL to PostgreSQL"
        )


def file_system_of(path: Path, mounts: str) -> str:
    """Return the kind of the file system that ``path`` lies on, as ``mounts`` (mountinfo) says."""
    kind, depth = "", -1
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split()
        point = Path(re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), fields[4]))
        # Of two at the same place the later one covers the earlier.
        if path.is_relative_to(point) and len(point.parts) >= depth:
            kind, depth = after.split()[0], len(point.parts)
    return kind


def is_networked(kind: str) -> bool:
    return kind in NETWORKED or (kind.startswith(FUSE) and kind not in LOCAL_FUSE)


def sqlite_survives_a_power_cut() -> None:
    if db.engine.dialect.name != "sqlite":
        return
    with db.engine.connect() as connection:
        version = connection.dialect.dbapi.sqlite_version_info  # type: ignore[union-attr]
        journal = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar())
        synchronous, foreign_keys = (
            int(connection.exec_driver_sql(f"PRAGMA {name}").scalar() or 0)
            for name in ("synchronous", "foreign_keys")
        )
    if journal == "wal" and tuple(version) < sqlite.SAFE_WAL:
        raise Unsafe(
            f"SQLite {'.'.join(map(str, version))} can damage a database with a write-ahead log: "
            "install what requirements/base.txt names, which brings a newer one"
        )
    least = FULL if journal == "wal" else FULL + 1
    if journal not in ("wal", "delete", "truncate", "persist") or synchronous < least:
        raise Unsafe(
            f"SQLite works with journal_mode={journal} and synchronous={synchronous}, so a power "
            "cut can lose or damage what it has confirmed: let nothing change what the service sets"
        )
    if not foreign_keys:
        raise Unsafe("SQLite does not check what belongs together (foreign_keys=0)")


def postgresql_survives_a_power_cut() -> None:
    if db.engine.dialect.name != "postgresql":
        return
    with db.engine.connect() as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            if connection.exec_driver_sql(f"SHOW {name}").scalar() == OFF:
                raise Unsafe(
                    f"PostgreSQL runs with {name}=off, so a power cut can lose or damage what it "
                    "has confirmed: set it to on"
                )


def postgresql_takes_all_connections() -> None:
    """Every process opens as many connections as it has threads, and some to spare."""
    if db.engine.dialect.name != "postgresql":
        return
    settings = _settings()
    each = settings.threads + CONNECTIONS_TO_SPARE
    with db.engine.connect() as connection:
        allowed, kept = (
            int(connection.scalar(text(f"SHOW {name}")) or 0)
            for name in ("max_connections", "superuser_reserved_connections")
        )
    if settings.workers * each > allowed - kept:
        raise Unsafe(
            f"{settings.workers} processes with {settings.threads} threads each open up to "
            f"{settings.workers * each} connections and PostgreSQL takes {allowed - kept}: lower "
            "ASSURANCE_THREADS or ASSURANCE_WORKERS, or raise max_connections of PostgreSQL"
        )


def files_have_a_place_that_answers() -> None:
    store = stores.of(_settings())
    if isinstance(store, stores.BucketStore):
        try:
            store.try_everything()
        except (stores.FilesUnreachable, stores.FileMissing) as error:
            raise Unsafe(f"Files cannot be kept in {store.bucket}: {error}") from error


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


# In this order; their names say what `flask doctor` prints.
MUST_HOLD: tuple[Callable[[], None], ...] = (
    the_secret_is_random,
    faults_are_not_shown,
    the_demonstration_writes_to_nobody,
    passwords_travel_encrypted,
    keys_are_for_their_owner_alone,
    the_database_answers,
    sqlite_lies_on_this_machine,
    sqlite_survives_a_power_cut,
    postgresql_survives_a_power_cut,
    postgresql_takes_all_connections,
    there_are_tables,
    outages.the_clock_is_not_behind,
    files_have_a_place_that_answers,
)
