"""Sending a stored file to be saved: never shown, so that no file runs as a page of ours."""

from __future__ import annotations

from typing import IO, cast

from flask import Response, send_file

from foundation.chunks import ChunkReader


def to_be_saved(file: ChunkReader, name: str) -> Response:
    """Return the file as it was sent, under ``name``; it is read as it goes out, then closed."""
    response = send_file(
        cast(IO[bytes], file),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=name,
        conditional=False,
        etag=False,
        max_age=0,
    )
    response.content_length = file.size
    return response
