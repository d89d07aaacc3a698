"""The connection to a bucket: how long is waited, how often tried, who is proven, what is shown.

The library is loaded when a bucket is used: an installation with a folder does not need it.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from foundation.stores.base import FileMissing, FilesUnreachable, FilesUnusable
from foundation.stores.place import Bucket

CONNECT_SECONDS, READ_SECONDS, TRIES = 3, 10, 3
# Asked by whoever watches over the service: he wants an answer, not patience.
WATCHING_SECONDS, WATCHING_TRIES = 1, 2
CONNECTIONS = 32
NOT_THERE = frozenset({"NoSuchKey", "404", "NotFound"})
NO_BUCKET = "there is no such bucket"
# Answers that stay what they are however often one asks.
FOR_GOOD = {
    "403": "it refuses: look at the credentials and the rights they have",
    "404": NO_BUCKET,
    "301": "the bucket is in another region",
    "400": "it does not take the request: look at region, encryption and bucket",
    "501": "it lacks what is needed: see docs/object-storage.md",
}


def new_client(bucket: Bucket, *, watching: bool = False) -> Any:
    """Return a client of botocore. Raises FilesUnusable where the library is not installed."""
    try:
        import botocore.config  # noqa: PLC0415
        import botocore.session  # noqa: PLC0415
    except ImportError as error:
        raise FilesUnusable(
            "the library for buckets is not installed: pip install --require-hashes -r "
            "requirements/bucket.txt"
        ) from error
    # At DEBUG it would log headers, among them the token of a temporary sign-in.
    for name in ("botocore", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)
    session = botocore.session.Session()
    session.register_component("data_loader", _descriptions())
    if bucket.credentials == "environment":
        # Otherwise it asks the machine's address for metadata, where a stranger may answer.
        chain = session.get_component("credential_provider")
        for asked in ("container-role", "iam-role"):
            chain.remove(asked)
    config = botocore.config.Config(
        signature_version="s3v4",
        connect_timeout=WATCHING_SECONDS if watching else CONNECT_SECONDS,
        read_timeout=WATCHING_SECONDS if watching else READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": WATCHING_TRIES if watching else TRIES},
        max_pool_connections=CONNECTIONS,
        # Only our setting says where the bucket is; nothing else of the environment does.
        ignore_configured_endpoint_urls=True,
        # We say which hash is right. What the library adds, not every server understands.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={
            # The hash of the body is part of what is signed, so that every server looks at it.
            "payload_signing_enabled": True,
            "addressing_style": "path" if bucket.endpoint else "auto",
        },
    )
    with said_by_library():
        return session.create_client(
            "s3",
            region_name=bucket.region,
            endpoint_url=bucket.endpoint,
            verify=str(bucket.ca) if bucket.ca else _certificates(),
            config=config,
        )


@lru_cache(maxsize=1)
def _descriptions() -> Any:
    """Return what reads the protocol's description, once for all clients: it is large."""
    import botocore.loaders  # noqa: PLC0415

    return botocore.loaders.create_loader()


def _certificates() -> str | bool:
    """Return the certificates of this machine (SSL_CERT_FILE names others), as everything else
    here uses them; True, for the library's own, where the machine has none."""
    return ssl.get_default_verify_paths().cafile or True


@contextmanager
def said_by_library() -> Iterator[None]:
    """Turn what the library raises into our words: its own may quote an address or a key's id.

    Raises FileMissing, FilesUnusable and FilesUnreachable.
    """
    try:
        yield
    except (FileMissing, FilesUnreachable):
        raise
    except Exception as error:
        if _is_ours(error):
            raise
        raise _in_our_words(error) from error


def status_of(error: BaseException) -> tuple[str, str]:
    """Return the code and the HTTP status that a server answered with; empty for no answer."""
    answer: dict[str, Any] = getattr(error, "response", None) or {}
    code = str(answer.get("Error", {}).get("Code", ""))
    return code, str(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", ""))


def _in_our_words(error: Exception) -> Exception:
    code, status = status_of(error)
    kind = type(error).__name__
    if code in NOT_THERE:
        return FileMissing("The file is not in the store")
    if code:
        shown = code if code.isalnum() else "?"
        why = FOR_GOOD.get(status)
        if why is not None:
            return FilesUnusable(f"the bucket answers {status} ({shown}); {why}")
        return FilesUnreachable(f"the bucket answers {status} ({shown})")
    if kind in ("NoCredentialsError", "PartialCredentialsError"):
        return FilesUnusable(
            "there are no credentials for the bucket: set AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, or see docs/object-storage.md"
        )
    if kind == "SSLError":
        return FilesUnusable("the certificate of the bucket's server is not one we know")
    return FilesUnreachable(f"the bucket does not answer ({kind})")


def _is_ours(error: Exception) -> bool:
    """Return whether this is a fault of the program: neither the library's nor of the network."""
    known = ("botocore", "urllib3", "http.client")
    if type(error).__name__ == "ParamValidationError":
        return True
    return not (isinstance(error, OSError) or type(error).__module__.startswith(known))
