"""What the command line makes a kit of: plugins, loaded without a word on stdout, and where secrets are."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import attrs

from orderkit.kit import OrderKit
from orderkit.registry.choosing import Wanted
from orderkit.registry.finding import gather
from orderkit.registry.loading import build
from orderkit.registry.registry import Registry


def _names(given: tuple[str, ...]) -> list[str]:
    """One name or several in each, with commas or spaces between."""
    return [name for part in given for name in part.replace(",", " ").split()]


@attrs.frozen
class Options:
    """
    What was asked for.

    Attributes:
        files: Plugins in loose files.
        allow: Names of the installed ones to use; none means all.
        block: Names of those not to use.
        secret_keys: What the secrets of methods are sealed with, newest first.
        secret_files: The folder below which references ``file:NAME`` read.
    """

    files: tuple[Path, ...] = ()
    allow: list[str] = attrs.field(default=(), converter=_names)
    block: list[str] = attrs.field(default=(), converter=_names)
    secret_keys: list[str] = attrs.field(default=(), converter=_names, repr=False)
    secret_files: Path | None = None

    def kit(self, url: str) -> OrderKit:
        """
        A kit with these plugins, which opens secrets with these keys.

        Raises:
            SettingsError: ``bad_secret_key`` or ``bad_secret_files``, and what a database's address raises.
        """
        with _stdout_kept():
            return OrderKit(
                url,
                plugins=self.files,
                allow_plugins=self.allow or None,
                block_plugins=self.block,
                secret_key=self.secret_keys,
                secret_files=self.secret_files,
            )

    def registry(self, *more: Path) -> Registry:
        """What these plugins bring, without a database; *more* are files as well."""
        with _stdout_kept():
            return build(gather([*self.files, *more]), Wanted(self.allow or None, self.block))


@contextmanager
def _stdout_kept() -> Iterator[None]:
    """What plugins print while they are loaded goes to stderr; what C code and other programs print, too."""
    try:
        kept = os.dup(1)
    except OSError:  # the shell has closed it, so there is nothing to keep
        yield
        return
    os.dup2(2, 1)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
