"""The outermost layer: stamps when a request came in, before a byte of its body is read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from foundation import clock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class ArrivalStamp:
    """Wraps the application; clock.arrived_at() reads what is written here."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[clock.ARRIVED_AT] = clock.now()
        return self._application(environ, start_response)
