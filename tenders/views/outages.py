"""What the officer's page of a tender says of times in which the service did not run."""

from __future__ import annotations

from tenders.outages import outages_near_closing
from tenders.views.base import pages

pages.add_app_template_global(outages_near_closing, "outages_near_closing")
