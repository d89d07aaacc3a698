"""The forms behind open data that are not made from content."""

from __future__ import annotations

from wtforms import HiddenField

from foundation.fields import Form


class VersionForm(Form):
    """A button that acts on what was read: it names the version."""

    version = HiddenField()

    @property
    def number(self) -> int:
        """Return the version that was read; -1, which none is, for anything else."""
        written = str(self.version.data or "")
        return (
            int(written) if written.isascii() and written.isdecimal() and len(written) < 9 else -1
        )
