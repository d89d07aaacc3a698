"""Which bucket files lie in, as the settings name it. No secret is among them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from foundation.settings_read import SettingsError

# As Amazon names buckets, which every other server of the protocol takes too.
NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
PREFIX = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")
REGION = re.compile(r"[a-z0-9-]{1,40}")
# An id, an alias, or the whole name (ARN) of a key.
KMS_KEY = re.compile(r"[A-Za-z0-9:/_-]{1,2048}")
ENCRYPTIONS = ("AES256", "aws:kms", "aws:kms:dsse")
# Where nobody asks for a region, the protocol needs one all the same.
ANY_REGION = "us-east-1"
# Settings that say more of the bucket; they mean nothing without one.
BESIDE = ("endpoint", "region", "ca", "encryption", "encryption_key", "credentials")


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """A bucket and how it is reached. Who we are there stands in the environment, never here."""

    name: str
    # Names of objects begin with it; empty, or with a slash at its end.
    prefix: str = ""
    # None: Amazon's own, of the region.
    endpoint: str | None = None
    region: str = ANY_REGION
    # Certificates that prove the server, in place of this machine's.
    ca: Path | None = None
    # What the server is asked to encrypt with; empty: whatever it does by itself.
    encryption: str = ""
    encryption_key: str = ""
    # "environment", or "machine": then also what the machine says of itself is asked.
    credentials: str = "environment"

    def __str__(self) -> str:
        return f"s3://{self.name}/{self.prefix}"


def location(name: str, text: str) -> Bucket:
    """Return the bucket of "s3://bucket/prefix"."""
    found = re.fullmatch(r"s3://([^/]*)(?:/(.*?))?/?", text)
    bucket, prefix = found.groups(default="") if found else ("", "")
    right = NAME.fullmatch(bucket) and ".." not in bucket
    if not right or (prefix and not PREFIX.fullmatch(prefix)):
        # Somebody may have written a key before the bucket, so that nothing of it is shown.
        raise SettingsError(
            f"{name} is not a bucket: write s3://bucket or s3://bucket/prefix, or leave it out and "
            "files lie in the instance folder"
        )
    return Bucket(name=bucket, prefix=f"{prefix}/" if prefix else "")


def endpoint(name: str, text: str) -> str:
    try:
        parts = urlsplit(text)
        right = parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname))
        right = right and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if not right or parts.username or parts.query or parts.fragment or parts.path.strip("/"):
        # What stands before @ would be a password, so that nothing of it is shown.
        raise SettingsError(
            f"{name} is not where a server of the S3 protocol is: write https://host or "
            "https://host:port (http:// only for this machine, as http://127.0.0.1:9000)"
        )
    return text.rstrip("/")


def region(name: str, text: str) -> str:
    if not REGION.fullmatch(text):
        raise SettingsError(f"{name} is {text!r}: write a region, such as eu-west-2")
    return text


def ca(name: str, text: str) -> Path:
    path = Path(text)
    if not path.is_absolute() or not path.is_file():
        raise SettingsError(
            f"{name} is {text!r}: write the path of a file of certificates (PEM) that is there"
        )
    return path


def encryption(name: str, text: str) -> str:
    if text not in ENCRYPTIONS:
        raise SettingsError(f"{name} is {text!r}: write {' or '.join(ENCRYPTIONS)}")
    return text


def encryption_key(name: str, text: str) -> str:
    if not KMS_KEY.fullmatch(text):
        raise SettingsError(
            f"{name} does not name a key: write its id, its alias or its ARN, not the key itself"
        )
    return text


def complete(values: dict[str, Any], prefix: str) -> None:
    """Put what was read of the bucket into one. Raises SettingsError for what does not agree."""
    bucket: Bucket | None = values.get("files")
    beside: Mapping[str, Any] = {
        one: values.pop(f"files_{one}") for one in BESIDE if f"files_{one}" in values
    }
    if bucket is None:
        for one in beside:
            raise SettingsError(
                f"{prefix}FILES_{one.upper()} is set and {prefix}FILES is not: write which bucket "
                "files lie in, such as s3://bucket/prefix"
            )
        return
    if "endpoint" not in beside and "region" not in beside:
        raise SettingsError(
            f"{prefix}FILES is set, and neither {prefix}FILES_ENDPOINT nor {prefix}FILES_REGION: "
            "write where the server is, or for Amazon's own the region"
        )
    if "encryption_key" in beside and not beside.get("encryption", "").startswith("aws:kms"):
        raise SettingsError(
            f"{prefix}FILES_ENCRYPTION_KEY names a key of aws:kms: set {prefix}FILES_ENCRYPTION to "
            "aws:kms too"
        )
    values["files"] = Bucket(name=bucket.name, prefix=bucket.prefix, **beside)


def _is_here(host: str | None) -> bool:
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
