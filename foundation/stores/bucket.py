"""Files in an S3-compatible bucket: sealed on this machine first, then sent under their name.

An object appears whole or not at all, and the name is known only once all is sealed. So what is
sealed waits in a file without a name, and is then sent with its hash, which the server compares.
What is there already under a name is the same file: nothing is ever written over.
"""

from __future__ import annotations

import base64
import hashlib
import io
import logging
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from foundation.keys import make_private_folder
from foundation.stores.base import (
    FileMissing,
    FilesUnreachable,
    FilesUnusable,
    Lying,
    name_at,
    relative_path,
)
from foundation.stores.client import NO_BUCKET, new_client, said_by_library, status_of
from foundation.stores.objects import ObjectReader, Window
from foundation.stores.place import Bucket

# What fits is sent at once, so that the server compares the one hash that is also its name; every
# file a person sends does. What is larger is sent in parts, none of which is in memory whole.
LARGEST_AT_ONCE = 32 * 1024 * 1024
PART_BYTES = 16 * 1024 * 1024
MOST_PARTS = 10_000
# What is small waits in memory and never touches the disk.
IN_MEMORY = 256 * 1024
READY, OWNER = ".ready", ".belongs-to"
THERE_ALREADY = frozenset({"412", "409"})

logger = logging.getLogger(__name__)


class BucketStore:
    """The store of an installation of several machines, or of one that keeps files elsewhere."""

    def __init__(self, bucket: Bucket, spool_folder: Path) -> None:
        self.bucket = bucket
        self._spool_folder = spool_folder

    @cached_property
    def client(self) -> Any:
        return new_client(self.bucket)

    @cached_property
    def _watching(self) -> BucketStore:
        """The same bucket, with connections that give up soon."""
        watching = BucketStore(self.bucket, self._spool_folder)
        watching.client = new_client(self.bucket, watching=True)
        return watching

    @contextmanager
    def draft(self) -> Iterator[BucketDraft]:
        make_private_folder(self._spool_folder)
        with tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(self._spool_folder)) as file:
            yield BucketDraft(self, file)

    def open(self, name: str) -> BinaryIO:
        reader = ObjectReader(self.client, {"Bucket": self.bucket.name, "Key": self.key(name)})
        return cast(BinaryIO, reader)

    def size(self, name: str) -> int:
        return int(self._head(self.key(name))["ContentLength"])

    def remove(self, name: str) -> None:
        key = self.key(name)
        with said_by_library():
            self.client.delete_object(Bucket=self.bucket.name, Key=key)

    def lying(self) -> Iterator[Lying]:
        for one in self._pages("list_objects_v2", "Contents", Prefix=self.bucket.prefix):
            name = name_at(one["Key"].removeprefix(self.bucket.prefix))
            if name is not None:
                yield Lying(name, int(one["Size"]), one["LastModified"])

    def clear_unfinished(self, before: datetime) -> int:
        begun = [
            one
            for one in self._pages("list_multipart_uploads", "Uploads", Prefix=self.bucket.prefix)
            if one["Initiated"] < before and name_at(one["Key"].removeprefix(self.bucket.prefix))
        ]
        for one in begun:
            self._abort(one["Key"], one["UploadId"])
        return len(begun)

    def belongs_to(self, owner: str) -> str:
        self._put_once(OWNER, owner.encode())
        return self._content(OWNER).decode(errors="replace")

    def watch(self) -> None:
        """Write and read, as somebody does who needs an answer at once; nothing comes to lie there
        but one small object, the first time. Raises FilesUnreachable."""
        self._watching._put_once(READY, b"ready")
        if self._watching._content(READY) != b"ready":
            raise FilesUnreachable("what is read is not what was written")

    def try_everything(self) -> None:
        """Do once what the service does day by day: each right that is missing shows. Leaves
        nothing. Raises FilesUnreachable."""
        content = secrets.token_bytes(32)
        name = hashlib.sha256(content).hexdigest()
        with self.draft() as draft:
            draft.write(content)
            draft.keep(name)
        try:
            with self.open(name) as file:
                if file.read() != content:
                    raise FilesUnreachable("what is read is not what was written")
            next(self.lying(), None)
            self.clear_unfinished(datetime.min.replace(tzinfo=UTC))
        finally:
            self.remove(name)

    def key(self, name: str) -> str:
        return self.bucket.prefix + relative_path(name)

    def upload(self, file: IO[bytes], name: str) -> None:
        """Put all of ``file`` under ``name``, its SHA-256. Raises FilesUnreachable."""
        key, size = self.key(name), file.seek(0, 2)
        with _while_writing():
            if size <= LARGEST_AT_ONCE:
                self._put(key, Window(file, 0, size), _encoded(bytes.fromhex(name)))
            else:
                self._put_in_parts(key, file, size)
        self._must_lie_there(key, size, name if size <= LARGEST_AT_ONCE else None)

    def _put(self, key: str, body: Window, sha256: str) -> None:
        try:
            self.client.put_object(
                **self._new(key),
                Body=body,
                ContentLength=body.size,
                ChecksumSHA256=sha256,
                IfNoneMatch="*",
            )
        except Exception as error:
            # Either an answer was lost and this is the second try, or somebody else was quicker.
            if status_of(error)[1] not in THERE_ALREADY:
                raise

    def _put_in_parts(self, key: str, file: IO[bytes], size: int) -> None:
        part_bytes = max(PART_BYTES, -(-size // MOST_PARTS))
        begun = self.client.create_multipart_upload(**self._new(key), ChecksumAlgorithm="SHA256")
        of_upload = {"Bucket": self.bucket.name, "Key": key, "UploadId": begun["UploadId"]}
        try:
            parts = []
            for number, start in enumerate(range(0, size, part_bytes), start=1):
                body = Window(file, start, min(part_bytes, size - start))
                sha256 = _encoded(body.sha256())
                sent = self.client.upload_part(
                    **of_upload,
                    PartNumber=number,
                    Body=body,
                    ContentLength=body.size,
                    ChecksumSHA256=sha256,
                )
                parts.append({"PartNumber": number, "ETag": sent["ETag"], "ChecksumSHA256": sha256})
            self.client.complete_multipart_upload(
                **of_upload, MultipartUpload={"Parts": parts}, IfNoneMatch="*"
            )
        except Exception as error:
            code, status = status_of(error)
            if status in THERE_ALREADY or code == "NoSuchUpload":
                # An answer was lost, and it was put together already: what lies there says so.
                logger.info("An object was there when it was put together")
                return
            self._try_to_abort(key, begun["UploadId"])
            raise

    def _must_lie_there(self, key: str, size: int, name: str | None) -> None:
        """Whatever the answers were: only what is seen there counts as stored."""
        try:
            found = self._head(key)
        except FileMissing:
            raise FilesUnreachable("the bucket does not hold what it took") from None
        sha256 = found.get("ChecksumSHA256") if name else None
        wrong = sha256 and name and sha256 != _encoded(bytes.fromhex(name))
        if found["ContentLength"] != size or wrong:
            raise FilesUnreachable("the bucket holds something else than it was sent")

    def _head(self, key: str) -> Any:
        with said_by_library():
            return self.client.head_object(Bucket=self.bucket.name, Key=key, ChecksumMode="ENABLED")

    def _put_once(self, path: str, content: bytes) -> None:
        body = Window(io.BytesIO(content), 0, len(content))
        with _while_writing():
            self._put(self.bucket.prefix + path, body, _encoded(body.sha256()))

    def _content(self, path: str) -> bytes:
        with said_by_library():
            key = self.bucket.prefix + path
            with self.client.get_object(Bucket=self.bucket.name, Key=key)["Body"] as body:
                return bytes(body.read(1024))

    def _pages(self, what: str, named: str, **asked: Any) -> Iterator[Any]:
        with said_by_library():
            pages = self.client.get_paginator(what).paginate(Bucket=self.bucket.name, **asked)
            for page in pages:
                yield from page.get(named, ())

    def _abort(self, key: str, upload: str) -> None:
        with said_by_library():
            try:
                self.client.abort_multipart_upload(
                    Bucket=self.bucket.name, Key=key, UploadId=upload
                )
            except Exception as error:
                if status_of(error)[0] != "NoSuchUpload":
                    raise

    def _try_to_abort(self, key: str, upload: str) -> None:
        try:
            self._abort(key, upload)
        except FilesUnreachable:
            # What is left is taken away with everything that was begun a day ago.
            logger.warning("An unfinished upload stays in the bucket for now")

    def _new(self, key: str) -> dict[str, Any]:
        about = {
            "Bucket": self.bucket.name,
            "Key": key,
            "ContentType": "application/octet-stream",
            "ServerSideEncryption": self.bucket.encryption,
            "SSEKMSKeyId": self.bucket.encryption_key,
        }
        return {name: value for name, value in about.items() if value}


class BucketDraft:
    """Sealed bytes that wait on this machine until their name is known."""

    def __init__(self, store: BucketStore, file: IO[bytes]) -> None:
        self._store, self._file = store, file

    def write(self, data: bytes, /) -> int:
        return self._file.write(data)

    def keep(self, name: str) -> None:
        self._store.upload(self._file, name)


@contextmanager
def _while_writing() -> Iterator[None]:
    """As ``said_by_library``; but what is missing where something is written is no file."""
    try:
        with said_by_library():
            yield
    except FileMissing:
        raise FilesUnusable(NO_BUCKET) from None


def _encoded(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
