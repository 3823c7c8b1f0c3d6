"""
Hosts of the journeys, answering; late, where one wants to see what a slow network does.

``ORDERKIT_TEST_LATENCY`` and ``ORDERKIT_TEST_STATIC_LATENCY`` are seconds, none by default: the first is spent before
each request is answered, the second before each for a script, a style sheet or a picture instead. A journey that reads
what is stored before the page has shown the outcome fails under the first; a page that loses what is pressed before
its script is at work loses it under the second.
"""

import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LATENCY = "ORDERKIT_TEST_LATENCY"
STATIC_LATENCY = "ORDERKIT_TEST_STATIC_LATENCY"
STATIC = {".css", ".ico", ".js", ".png", ".svg"}


@contextmanager
def serving(app: "WSGIApplication") -> Iterator[str]:
    """Serve *app* to several requests at once; the address is that of its front page, without a slash."""
    server = make_server("127.0.0.1", 0, _late(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _late(app: "WSGIApplication") -> "WSGIApplication":
    latency = float(os.environ.get(LATENCY, "0"))
    static_latency = float(os.environ.get(STATIC_LATENCY, "0"))

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        is_static = PurePosixPath(environ["PATH_INFO"]).suffix in STATIC
        time.sleep(static_latency if is_static else latency)
        return app(environ, start_response)

    return answer
