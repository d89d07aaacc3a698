"""Looking inside a file somebody sent: is it what its name says, and does it do nothing by itself.

Pure: a stream to seek in goes in, and nothing or Unfit comes out. No file, however it was made,
may cost more than some seconds or some megabytes of memory. Nothing is repaired or taken out:
evidence stays as it was sent, or is refused with what to do.
"""

from __future__ import annotations

MEGABYTE = 1024 * 1024


class Unfit(Exception):
    """Why the file cannot be taken and what to do, to follow the file's name and a colon."""
