"""The house keeps its proportions: small rooms, short functions, and a name for everything."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOUND = sorted([*ROOT.glob("src/**/*.py"), *ROOT.glob("*/*/src/**/*.py")])
MODULES = [path for path in FOUND if path.parent.name != "versions"]  # a migration is a record, not a room
NAMELESS = {"base", "common", "helpers", "managers", "utils"}


def function_lengths(module: Path) -> dict[str, int]:
    """Count the lines of each function of a module, docstring included."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {f"{node.name}:{node.lineno}": (node.end_lineno or 0) - node.lineno + 1 for node in functions}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module(module: Path) -> None:
    """A module has a real name, at most 600 lines, and no function over 90."""
    assert module.stem not in NAMELESS
    assert len(module.read_text(encoding="utf-8").splitlines()) <= 600
    assert {} == {name: length for name, length in function_lengths(module).items() if length > 90}


def test_most_functions_are_short() -> None:
    """Nine functions in ten have at most 35 lines."""
    lengths = [length for module in MODULES for length in function_lengths(module).values()]

    assert sum(length <= 35 for length in lengths) >= 0.9 * len(lengths)
