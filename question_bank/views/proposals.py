"""Changes that authorities and suppliers propose to questions of the bank."""

from __future__ import annotations
