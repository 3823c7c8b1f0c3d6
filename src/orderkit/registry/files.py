"""A plugin in a loose file: imported by its path, once in a process."""

from __future__ import annotations

import sys
from hashlib import sha256
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec
from pathlib import Path
from types import ModuleType

from orderkit.errors import SettingsError


def load_file(path: Path) -> ModuleType:
    """
    The module in a file; it is looked for from the folder that the process runs in.

    Raises:
        SettingsError: ``no_plugin_file``: there is no such file, or it is no Python.
        BaseException: Whatever the file raises.
    """
    file = path.resolve()
    if file.suffix != ".py" or not file.is_file():
        what = f"{file} is no Python file" if file.exists() else f"there is no file {file}"
        raise SettingsError(
            f"{what}; pass the path of a .py file, a module or an object with hooks", code="no_plugin_file"
        )
    name = f"orderkit_file_{file.stem}_{sha256(str(file).encode()).hexdigest()[:8]}"
    before = sys.modules.get(name)
    return before if before and _is_whole(before) else _executed(name, file)


def _executed(name: str, file: Path) -> ModuleType:
    loader = SourceFileLoader(name, str(file))
    spec = ModuleSpec(name, loader, origin=str(file))
    module = module_from_spec(spec)
    module.__file__ = str(file)
    sys.modules[name] = module  # where annotations are looked up
    try:
        loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    spec.loader_state = "executed"
    return module


def _is_whole(module: ModuleType) -> bool:
    """Whether its file came to an end; an import that was given up leaves a part of a module behind."""
    return module.__spec__ is not None and module.__spec__.loader_state is not None
