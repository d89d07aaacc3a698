"""A person at a browser, who looks at every page as carefully as the strictest reader."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from playwright.sync_api import Download, Locator, Page, Response
from playwright.sync_api import Error as BrowserError

from tests.browser.server import Server
from tests.factories import PASSWORD

EVERY_PAGE = os.environ.get("EVERY_PAGE") == "1"
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"

# What axe finds, in few words: rule, what it means, and the elements.
FIND_VIOLATIONS = """async () => (
  await axe.run({resultTypes: ["violations"]})
).violations.map(
  ({id, help, nodes}) => [id, help, ...nodes.map((node) => node.html.slice(0, 300))].join("\\n  ")
)"""

# What a page is built of: every element within its parent, and which heading follows which. Words,
# addresses and names are left out.
FIND_MAKE_UP = """() => {
  const told = /^(role|type|scope|lang|hidden|open|disabled|aria-(?!label|describedby|controls))/;
  const sign = (element) => [
    element.localName,
    ...[...element.classList].sort(),
    ...element.getAttributeNames().filter((name) => name !== "class").sort().map(
      (name) => told.test(name) ? `${name}=${element.getAttribute(name)}` : name
    ),
    element.childElementCount || element.textContent.trim() ? "" : "empty",
  ].join(" ");
  const found = new Set();
  let heading = "";
  for (const element of document.querySelectorAll("body, body *")) {
    found.add(`${sign(element.parentElement)} > ${sign(element)}`);
    if (/^h[1-6]$/.test(element.localName)) {
      found.add(`${heading} before ${element.localName}`);
      heading = element.localName;
    }
  }
  return [...found];
}"""

# What makes the page wider than the window; a box that scrolls by itself does not.
FIND_OVERFLOW = """() => {
  const root = document.documentElement;
  const wide = root.clientWidth + 1;
  if (root.scrollWidth < wide) return [];
  const reaches = (element) => element.getBoundingClientRect().left + element.scrollWidth > wide;
  const culprits = [...document.body.querySelectorAll("*")].filter(reaches).slice(-5);
  return [`${root.scrollWidth} px`, ...culprits.map((one) => one.outerHTML.slice(0, 160))];
}"""

# A page that answers with one of these also makes the browser complain in its console.
REFUSALS = (400, 401, 403, 404, 405, 409, 413, 422, 503)


@cache
def axe_source() -> str:
    return AXE.read_text(encoding="utf-8")


class Visitor:
    """Follows links, presses buttons, and after each of them checks the page that came.

    A page fails the test if the server raised, the browser's console shows an error, it is wider
    than the window, it has not one heading with which its title begins or, with JavaScript on,
    axe finds anything. axe takes half the time of a long walk, so it is not asked again about a
    page that is built of nothing but what it has found in order in this run, unless EVERY_PAGE=1.
    """

    in_order: ClassVar[set[tuple[int, str]]] = set()

    def __init__(self, page: Page, server: Server, *, javascript: bool, pictures: Path | None):
        self.page = page
        self.server = server
        self.javascript = javascript
        self.pictures = pictures
        self.visited: list[str] = []
        self._complaints: list[str] = []
        self._status = 200
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self._complaints.append(f"script: {error}"))
        page.on("response", self._note_response)

    def go(self, path: str) -> None:
        with self._acting():
            self.page.goto(self.server.address + path if path.startswith("/") else path)
        self.check()

    def follow(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        """Follow the link called ``name``; exactly, unless a pattern."""
        with self._acting(), self.page.expect_navigation():
            self.link(name, within=within).first.click()
        self.check()

    def link(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> Locator:
        """Return the links called ``name``, those that look like buttons too."""
        place, exact = within or self.page, isinstance(name, str)
        looking_like_buttons = place.locator("a[role=button]").and_(
            place.get_by_role("button", name=name, exact=exact)
        )
        return place.get_by_role("link", name=name, exact=exact).or_(looking_like_buttons)

    def press(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        """Press the button called ``name`` and wait for the page it leads to."""
        exact = isinstance(name, str)
        self.press_this((within or self.page).get_by_role("button", name=name, exact=exact))

    def press_this(self, button: Locator) -> None:
        with self._acting(), self.page.expect_navigation():
            button.first.click()
        self.check()

    def download(self, name: str | re.Pattern[str]) -> Path:
        """Follow the link to a file and return where it is kept."""
        with self._acting(), self.page.expect_download() as waiting:
            self.link(name).first.click()
        download: Download = waiting.value
        self.server.check()
        kept = Path(download.path()).with_name(download.suggested_filename)
        download.save_as(kept)
        return kept

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.go("/sign-in")
        self.page.get_by_label("Email address").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.press("Sign in")

    def sign_out(self) -> None:
        if not self.page.get_by_role("button", name="Sign out").is_visible():
            self.page.get_by_role("button", name="Menu", exact=True).click()
        self.press("Sign out")

    def path(self) -> str:
        return self.page.url.removeprefix(self.server.address)

    def heading(self) -> str:
        return " ".join(self.page.locator("h1").inner_text().split())

    def text(self) -> str:
        """Return the words of the page's own part, white space made one."""
        return " ".join(self.page.locator("main").inner_text().split())

    def check(self) -> None:
        """Fail unless the page is in order."""
        self.server.check()
        where = f"{self.page.url} ({self._status})"
        with self._acting():
            self._check_heading(where)
            self._keep_picture()
            overflow = self._evaluate(FIND_OVERFLOW)
            assert overflow == [], f"{where} is wider than the window: {overflow}"
            if self.javascript:
                self._check_accessibility(where)
        assert self._complaints == [], f"{where}: {self._complaints}"
        self.visited.append(self.page.url)

    def _check_heading(self, where: str) -> None:
        headings = self.page.locator("h1").all_text_contents()
        assert len(headings) == 1, f"{where} has the headings {headings}"
        heading, title = " ".join(headings[0].split()), " ".join(self.page.title().split())
        plain = title.removeprefix("Error: ")
        assert plain.startswith(heading), f"{where}: heading {heading!r}, title {title!r}"

    def _check_accessibility(self, where: str) -> None:
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        made_of = {(width, piece) for piece in self._evaluate(FIND_MAKE_UP)}
        if made_of <= self.in_order and not EVERY_PAGE:
            return
        self.page.evaluate(axe_source())
        violations = self.page.evaluate(FIND_VIOLATIONS)
        assert violations == [], f"{where}: axe finds\n" + "\n".join(violations)
        self.in_order.update(made_of)

    def _keep_picture(self) -> None:
        """Keep what the page looks like, the first six screens or so of a long one."""
        if self.pictures is None:
            return
        width, height = self.page.evaluate(
            "[innerWidth, Math.min(document.documentElement.scrollHeight, 6000)]"
        )
        name = re.sub(r"[^a-z0-9]+", "-", self.page.title().lower().split(" – ")[0])[:50]
        without = "" if self.javascript else "-no-js"
        number = len(self.visited) + 1
        self.pictures.mkdir(parents=True, exist_ok=True)
        path = self.pictures / f"{width}{without}-{number:03}-{name}.png"
        shown = {"x": 0, "y": 0, "width": width, "height": height}
        self.page.screenshot(path=path, full_page=True, clip=shown, timeout=30_000)

    def _evaluate(self, script: str) -> Any:
        # The tests' own scripts run where the page's may not.
        return self.page.evaluate(script)

    @contextmanager
    def _acting(self) -> Iterator[None]:
        """Show what the server raised rather than that the browser waited for it in vain."""
        try:
            yield
        except BrowserError as error:
            self.server.check()
            title = self.page.title() if not self.page.is_closed() else "closed"
            raise AssertionError(f"on {self.page.url} ({title}): {error}") from error

    def _note_response(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self._status = response.status

    def _note_console(self, message: Any) -> None:
        refused = "Failed to load resource" in message.text and self._status in REFUSALS
        if message.type in ("error", "warning") and not refused:
            self._complaints.append(f"console: {message.text}")
