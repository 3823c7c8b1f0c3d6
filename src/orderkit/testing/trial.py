"""Run as a script, by its path: imports one plugin and writes down what that did. It imports no pytest."""

from __future__ import annotations

import importlib
import json
import sys
from time import perf_counter

_OUTSIDE = {"socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.system"}


def _measured(target: str) -> dict[str, object]:
    importlib.import_module("orderkit.plugin")  # what every plugin imports costs none of them anything
    reached: list[str] = []
    sys.addaudithook(lambda event, _: reached.append(event) if event in _OUTSIDE else None)
    error = ""
    began = perf_counter()
    try:
        importlib.import_module(target)
    except BaseException as raised:  # whatever it is, whoever asks is told
        error = f"{type(raised).__name__}: {raised}"
    return {"seconds": perf_counter() - began, "reached": reached, "error": error}


if __name__ == "__main__":
    sys.path[:] = json.loads(sys.argv[2])
    print(f"\norderkit: {json.dumps(_measured(sys.argv[1]))}", flush=True)
