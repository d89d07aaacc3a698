"""What somebody might type to have it run in the browser of another, and what tells if it did."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from tests.crawling import TYPED, Form, filled_in

# In every one of them: whatever of a page bears it has come in by what somebody typed.
MARK = "data-injected"
PAYLOADS = (
    "<script {m}>ran('script')</script>",
    '"><script {m}>ran("quote")</script>',
    "'><script {m}>ran('single')</script>",
    "</textarea><script {m}>ran('textarea')</script>",
    "</title><script {m}>ran('title')</script>",
    "</script><script {m}>ran('again')</script>",
    "--><script {m}>ran('comment')</script><!--",
    "<img {m} src=x onerror=ran('img')>",
    '"><img {m} src=x onerror=ran("quoted")>',
    "<img/{m}/src=//elsewhere.test/a.png>",
    "<svg {m} onload=ran('svg')>",
    "<svg><animate {m} onbegin=ran('animate') attributeName=x dur=1s>",
    "<svg><script {m} href=data:,ran('svg')></script></svg>",
    "<body {m} onload=ran('body')>",
    "<input {m} autofocus onfocus=ran('focus')>",
    '" {m} autofocus onfocus=ran("attribute") x="',
    "' {m} onmouseover=ran('attribute') x='",
    "` {m} onfocus=ran(1) autofocus x=`",
    "<details {m} open ontoggle=ran('details')>",
    "<video {m} src=x onerror=ran('video')>",
    "<iframe {m} src=javascript:parent.ran('frame')></iframe>",
    "<iframe {m} srcdoc='<script>parent.ran(1)</script>'></iframe>",
    "<object {m} data=javascript:ran('object')></object>",
    "<embed {m} src=//elsewhere.test/a.swf>",
    "<link {m} rel=stylesheet href=//elsewhere.test/a.css>",
    "<style {m}>@import '//elsewhere.test/a.css';*{{background:url(//elsewhere.test/b)}}</style>",
    "<p {m} style='background:url(//elsewhere.test/c)'>styled</p>",
    "<base {m} href=//elsewhere.test/>",
    "<meta {m} http-equiv=refresh content='0;url=//elsewhere.test/'>",
    "<form {m} action=//elsewhere.test/><button>Continue</button>",
    "<a {m} href=javascript:ran('link')>here</a>",
    "javascript:ran('typed')",
    "JaVaScRiPt:ran('case')//{m}",
    "java\tscript:ran('tab')//{m}",
    "data:text/html,<script {m}>ran('data')</script>",
    "[a](javascript:ran('markdown')) {m}",
    "![a](//elsewhere.test/d.png) {m}",
    "[a]: javascript:ran(1) '{m}'",
    "&lt;script {m}&gt;ran('entity')&lt;/script&gt;",
    "&#60;script {m}&#62;ran('number')&#60;/script&#62;",
    "\\u003cscript {m}\\u003eran('json')\\u003c/script\\u003e",
    "%3Cscript {m}%3Eran('url')%3C/script%3E",
    "\uff1cscript {m}\uff1eran('wide')\uff1c/script\uff1e",
    "<scr<script>ipt {m}>ran('nested')</scr</script>ipt>",
    "<ScRiPt {m}>ran('case')</sCrIpT>",
    "<script\x0c{m}>ran('feed')</script\x0c>",
    "{{{{constructor.constructor('ran(1)')()}}}} {m}",
    "{{{{ 7*7 }}}}{{% print(1) %}} {m}",
    "${{ran('template')}} `${{ran(2)}}` {m}",
    "';ran('string');//{m}",
    '";ran("string");//{m}',
    "</style><script {m}>ran('style')</script>",
    "<noscript><p title='</noscript><script {m}>ran(1)</script>'>",
    "<math><mtext><table><mglyph><style><img {m} src=x onerror=ran('math')>",
    "<template><script {m}>ran('t')</script></template>",
    "<select><option><script {m}>ran('option')</script>",
    "<marquee {m} onstart=ran('marquee')>",
    "<button {m} popovertarget=x>x</button><p popover id=x onbeforetoggle=ran('popover')>",
)  # fmt: skip
# Before anything of a page runs: what would be called, and what the browser itself refuses.
WATCH = """
window.ran = (how) => window.report('ran: ' + how);
for (const name of ['alert', 'confirm', 'prompt']) {
  window[name] = () => window.report('ran: ' + name);
}
document.addEventListener('securitypolicyviolation', (event) =>
  window.report('refused by the policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' '
    + event.sample));
"""
FOUND = f"""() => [
  ...[...document.querySelectorAll('[{MARK}]')].map((one) => 'came in: ' + one.outerHTML),
  ...[...document.querySelectorAll('[href], [src], [action], [formaction]')].filter((one) =>
    ['href', 'src', 'action', 'formaction'].some((name) =>
      /^\\s*(javascript|data|vbscript):|elsewhere\\.test/i.test(one.getAttribute(name) || '')))
    .map((one) => 'leads there: ' + one.outerHTML),
  ...[...document.querySelectorAll('*')].filter((one) =>
    [...one.attributes].some((each) => each.name.startsWith('on')))
    .map((one) => 'waits: ' + one.outerHTML),
]"""


def payload(chance: random.Random) -> str:
    return chance.choice(PAYLOADS).format(m=MARK)


def injecting(form: Form, chance: random.Random, *, everywhere: bool) -> list[tuple[str, str]]:
    """Return what somebody sends who types a payload into each box for words; into each box
    whatever it is for, hidden ones and choices as well, if ``everywhere``."""
    boxes = {box.name: box for box in form.boxes}
    sent = []
    for name, value in filled_in(form):
        box = boxes[name]
        is_of_words = box.kind in ("text", "textarea", "search", "url", "tel") and not (
            box.mode in ("numeric", "decimal")
            or name.rpartition("-")[2] in ("day", "month", "year", "time")
            or "email" in name
        )
        if name != "csrf_token" and (
            is_of_words or (everywhere and box.kind in (*TYPED, "hidden"))
        ):
            value = payload(chance)
        sent.append((name, value))
    return sent


class Watch:
    """A page of a browser that notes whatever injected words do there."""

    def __init__(self, context: Any, ours: str) -> None:
        self.seen: list[str] = []
        self._where = ""
        context.expose_function("report", self._note)
        context.add_init_script(WATCH)
        context.on("request", lambda one: None if one.url.startswith(ours) else self._left(one.url))
        self.page = context.new_page()
        self.page.on("dialog", lambda dialog: (self._note("a dialog"), dialog.dismiss()))

    def _note(self, what: str) -> None:
        self.seen.append(f"{self._where}: {what}"[:400])

    def _left(self, url: str) -> None:
        if not url.startswith(("data:", "blob:", "about:", "chrome")):
            self._note(f"asked for {url}")

    def visit(self, address: str) -> int:
        """Open a page and return its status."""
        self._where = address
        answer = self.page.goto(address, wait_until="load")
        self._look()
        return answer.status if answer else 0

    def show(
        self, address: str, status: int, headers: Sequence[tuple[str, str]], body: bytes
    ) -> None:
        """Show what the service answered to a form, with the headers it sent."""
        self._where = f"answer of {address}"
        left_out = {"content-length", "set-cookie"}
        kept = {name: value for name, value in headers if name.lower() not in left_out}
        self.page.route(
            address, lambda route: route.fulfill(status=status, headers=kept, body=body), times=1
        )
        self.page.goto(address, wait_until="load")
        self._look()

    def _look(self) -> None:
        for found in self.page.evaluate(FOUND):
            self._note(found)
