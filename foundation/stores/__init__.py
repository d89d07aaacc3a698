"""Where stored files lie: in a folder of this machine, or in an S3-compatible bucket.

A store keeps bytes under a name and knows nothing of what they are; they are ciphertext, and their
name is their SHA-256 (foundation.files).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from foundation.stores.base import (
    Draft,
    FileMissing,
    FilesUnreachable,
    FilesUnusable,
    Lying,
    Store,
)
from foundation.stores.bucket import BucketStore
from foundation.stores.folder import FolderStore
from foundation.stores.place import Bucket

if TYPE_CHECKING:
    from foundation.settings import Settings

__all__ = [
    "BucketStore",
    "Draft",
    "FileMissing",
    "FilesUnreachable",
    "FilesUnusable",
    "FolderStore",
    "Lying",
    "Store",
    "of",
]


def of(settings: Settings) -> Store:
    """Return the store that the settings name."""
    if settings.files is None:
        return FolderStore(settings.files_folder)
    return _bucket_store(settings.files, settings.spool_folder)


@lru_cache(maxsize=8)
def _bucket_store(bucket: Bucket, spool_folder: Path) -> BucketStore:
    # One for the process: its connections are kept and shared by all threads.
    return BucketStore(bucket, spool_folder)
