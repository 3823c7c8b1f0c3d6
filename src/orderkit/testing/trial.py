"""Run as a script, by its path: imports one plugin and writes down what that did. It imports no pytest."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from time import perf_counter

_OUTSIDE = {"socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.system"}


def _measured(target: str) -> dict[str, object]:
    from orderkit.registry.files import load_file  # not before the path of whoever asks is ours

    reached: list[str] = []
    sys.addaudithook(lambda event, _: reached.append(event) if event in _OUTSIDE else None)
    error = ""
    began = perf_counter()
    try:
        load_file(Path(target)) if target.endswith(".py") else importlib.import_module(target)
    except BaseException as raised:  # whatever it is, whoever asks is told
        error = f"{type(raised).__name__}: {raised}"
    return {"seconds": perf_counter() - began, "reached": reached, "error": error}


if __name__ == "__main__":
    sys.path[:] = json.loads(sys.argv[2])
    print(f"\norderkit: {json.dumps(_measured(sys.argv[1]))}", flush=True)
