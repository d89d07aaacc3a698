"""Settings: read once from the environment, checked at start, never read again."""

from __future__ import annotations

import difflib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from foundation import settings_read
from foundation.keys import make_private_folder, replace_private_file, write_private_file
from foundation.settings_read import MailServer, SettingsError, SignInHost
from foundation.stores import place
from foundation.stores.place import Bucket

PREFIX = "ASSURANCE_"
SECRET = "secret"
SECRETS_BEFORE = "secrets-before"
ROOT = Path(__file__).resolve().parents[1]
# The variable in which prometheus_client looks, when it is loaded, for the folder in which several
# processes count together.
COUNTED_TOGETHER = "PROMETHEUS_MULTIPROC_DIR"
THREADS_ALONE, THREADS_OF_SEVERAL = 64, 12

__all__ = ["MailServer", "Settings", "SettingsError", "read_settings"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an installation may choose, each by ASSURANCE_ and its name in capitals."""

    secret_key: str
    # Earlier ones, the oldest first: what was signed with them still counts.
    secret_key_fallbacks: tuple[str, ...]
    database_url: str
    instance_folder: Path
    demonstration: bool
    # Browsers send the session only over HTTPS. Off for 127.0.0.1, where there is none.
    cookie_secure: bool
    host: str
    port: int
    threads: int
    # How many processes serve; more than one needs PostgreSQL.
    workers: int = 1
    # "beside": slow work and daily duties run in threads of the processes that serve; "apart": in
    # processes of their own, `flask jobs run` and `flask duties run`.
    slow_work: str = "beside"
    # How many proxies of ours stand before the service, each adding whom it heard from.
    proxies: int
    log_level: str
    # Where people reach the service; without a slash at its end.
    address: str
    # None: messages are written to the outbox folder and nobody is sent anything.
    smtp: MailServer | None
    mail_from: str
    # What Prometheus shows to read the figures. None: nobody reads them.
    metrics_token: str | None = field(default=None, repr=False)
    # Whom to tell of a weakness, as an address of the web. None: nothing is said.
    security_contact: str | None = None
    # Who answers for what is kept of people, and where they write to.
    controller: str = ""
    privacy_contact: str = ""
    # Where ClamAV's daemon listens: host and port, or the path of its socket. None: no scanner.
    scanner: str | tuple[str, int] | None
    # "required": nobody works without one-time codes; "offered": whoever wants sets them up.
    codes: str
    # Where sign-ins of authorities (OpenID Connect) may be. Empty: none can be set up.
    sign_in_hosts: tuple[SignInHost, ...] = ()
    # The bucket that stored files lie in. None: they lie in the instance folder.
    files: Bucket | None = None

    @property
    def files_folder(self) -> Path:
        return self.instance_folder / "files"

    @property
    def keys_folder(self) -> Path:
        return self.instance_folder / "keys"

    @property
    def outbox_folder(self) -> Path:
        return self.instance_folder / "outbox"

    @property
    def counted_folder(self) -> Path:
        """Where several processes count together, from each start on anew."""
        return self.instance_folder / "counted"

    @property
    def spool_folder(self) -> Path:
        """Where uploads lie, encrypted and without a name, while they arrive."""
        return self.instance_folder / "spool"


READERS: Mapping[str, Callable[[str, str], Any]] = {
    "SECRET_KEY": settings_read.secret,
    "SECRET_KEY_FALLBACKS": settings_read.secrets_before,
    "INSTANCE_FOLDER": settings_read.folder,
    "DEMONSTRATION": settings_read.yes_or_no,
    "COOKIE_SECURE": settings_read.yes_or_no,
    "HOST": settings_read.text_as_given,
    "PORT": settings_read.whole_number(1, 65535),
    "THREADS": settings_read.whole_number(1, 500),
    "WORKERS": settings_read.whole_number(1, 64),
    "SLOW_WORK": settings_read.one_of("beside", "apart"),
    "PROXIES": settings_read.whole_number(0, 9),
    "LOG_LEVEL": settings_read.log_level,
    "ADDRESS": settings_read.address,
    "SMTP": settings_read.mail_server,
    "MAIL_FROM": settings_read.mailbox,
    "SCANNER": settings_read.scanner,
    "METRICS_TOKEN": settings_read.secret,
    "SECURITY_CONTACT": settings_read.contact,
    "CONTROLLER": settings_read.line,
    "PRIVACY_CONTACT": settings_read.line,
    "CODES": settings_read.one_of("required", "offered"),
    "SIGN_IN_HOSTS": settings_read.sign_in_hosts,
    "FILES": place.location,
    "FILES_ENDPOINT": place.endpoint,
    "FILES_REGION": place.region,
    "FILES_CA": place.ca,
    "FILES_ENCRYPTION": place.encryption,
    "FILES_ENCRYPTION_KEY": place.encryption_key,
    "FILES_CREDENTIALS": settings_read.one_of("environment", "machine"),
}


def read_settings(environ: Mapping[str, str], **chosen: Any) -> Settings:
    """Return the settings of ``environ``; ``chosen`` ones win (tests and commands).

    Raises SettingsError for a wrong value and for a name nobody reads, which is most often
    a slip of the pen.
    """
    _refuse_unknown(environ)
    values: dict[str, Any] = {
        "instance_folder": ROOT / "instance",
        "demonstration": False,
        "host": "127.0.0.1",
        "port": 8000,
        "workers": 1,
        "proxies": 0,
        "log_level": "INFO",
        "smtp": None,
        "scanner": None,
    }
    for name, read in READERS.items():
        text = environ.get(PREFIX + name)
        if text is not None:
            values[name.lower()] = read(PREFIX + name, text)
    values |= chosen
    values.setdefault("cookie_secure", not values["demonstration"])
    values.setdefault("codes", "offered" if values["demonstration"] else "required")
    values.setdefault("address", f"http://127.0.0.1:{values['port']}")
    # Many threads wait for each other in one process; several share what they wait for.
    values.setdefault("threads", THREADS_ALONE if values["workers"] == 1 else THREADS_OF_SEVERAL)
    _complete_mail(values)
    place.complete(values, PREFIX)
    if "database_url" not in values:
        values["database_url"] = _database_url(environ, values["instance_folder"])
    if values["workers"] > 1 and values["database_url"].startswith("sqlite"):
        raise SettingsError(
            f"{PREFIX}WORKERS is {values['workers']} and the database is SQLite, which one process "
            "serves: set DATABASE_URL to a PostgreSQL database, or leave WORKERS out"
        )
    if "secret_key" not in values:
        folder = values["instance_folder"] / "keys"
        values["secret_key"] = _kept_secret(folder)
        values.setdefault("secret_key_fallbacks", _kept_fallbacks(folder))
    values.setdefault("secret_key_fallbacks", ())
    return Settings(**values)


def _complete_mail(values: dict[str, Any]) -> None:
    if values["smtp"] is not None and "mail_from" not in values:
        raise SettingsError(
            f"{PREFIX}SMTP is set and {PREFIX}MAIL_FROM is not: write the address that messages "
            "come from, one that your mail server may send for"
        )
    values.setdefault("mail_from", "supplier-assurance@localhost")


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    for name in environ:
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in READERS:
            known = [PREFIX + reader for reader in READERS]
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            raise SettingsError(f"{name} is not a setting: {hint}")


def _database_url(environ: Mapping[str, str], instance_folder: Path) -> str:
    url = environ.get("DATABASE_URL")
    if url is None:
        return f"sqlite:///{instance_folder / 'supplier_assurance.db'}"
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    if url.startswith(("sqlite:///", "postgresql+psycopg://")):
        return url
    # The address may hold a password, so only its beginning is shown.
    kind = url.partition(":")[0]
    raise SettingsError(
        f"DATABASE_URL begins with {kind!r}: write postgresql:// or sqlite:/// and an address"
    )


def _kept_secret(folder: Path) -> str:
    """Return the secret made at the first start, so that sessions outlive a restart."""
    path = folder / SECRET
    if not path.exists():
        make_private_folder(folder)
        write_private_file(path, secrets.token_urlsafe(48).encode())
    return path.read_text(encoding="ascii")


def _kept_fallbacks(folder: Path) -> tuple[str, ...]:
    path = folder / SECRETS_BEFORE
    return tuple(path.read_text(encoding="ascii").split()) if path.exists() else ()


def change_secret(folder: Path) -> None:
    """Make a new secret; what the one so far has signed goes on counting."""
    before = (*_kept_fallbacks(folder), _kept_secret(folder))
    # First the old one among the earlier: whatever stops this, what it signed still counts.
    replace_private_file(folder / SECRETS_BEFORE, "\n".join((*before, "")).encode())
    replace_private_file(folder / SECRET, secrets.token_urlsafe(48).encode())


def forget_earlier_secrets(folder: Path) -> int:
    """Let nothing count any more that an earlier secret has signed; return how many there were."""
    count = len(_kept_fallbacks(folder))
    (folder / SECRETS_BEFORE).unlink(missing_ok=True)
    return count
