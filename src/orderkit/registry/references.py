"""
Secrets that the platform keeps itself, named by a reference: ``env:NAME`` or ``file:NAME``.

Who writes a reference in the tab is an admin of one site. It reads what the platform laid out for that site, and
nothing else of the process or the computer.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import attrs

from orderkit.errors import InvalidInputError, SettingsError

ENVIRONMENT, FILE = "env:", "file:"
PREFIX: Final = "ORDERKIT_SECRET_"
LARGEST: Final = 65_536
"""Bytes that are read of a file."""
_PLAIN_SITE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NAME = r"[A-Z0-9]+(_[A-Z0-9]+)*"  # no two underscores: which site a variable is for must be certain


def is_reference(text: str) -> bool:
    """Whether *text* names a place instead of being the secret."""
    return text.startswith((ENVIRONMENT, FILE))


def secret_files(folder: str | os.PathLike[str] | None) -> Path | None:
    """
    The folder below which ``file:`` reads, as the host names it.

    Raises:
        SettingsError: ``bad_secret_files``: it is not there.
    """
    if folder is None:
        return None
    path = Path(folder)
    if not path.is_dir():
        raise SettingsError(f"secret_files: {path} is no folder that is there", code="bad_secret_files")
    return path.resolve()


@attrs.frozen
class References:
    """
    What the references of one site may name.

    Attributes:
        site: Its code; part of the name of each variable, and a folder of *files*.
        files: As `secret_files` answers.
    """

    site: str
    files: Path | None = None

    @property
    def forms(self) -> tuple[str, ...]:
        """How a reference of this site looks, for people."""
        return tuple(self._forms())

    def require(self, reference: str) -> None:
        """
        Refuse a reference to what is none of this site's. What was typed is not repeated: it may be a secret.

        Raises:
            InvalidInputError: ``secret_out_of_bounds``.
        """
        if self._variable(reference) or self._path(reference):
            return
        forms = " or ".join(self.forms) or "nothing: the host names no secret_files"
        raise InvalidInputError(f"a reference may name {forms}", code="secret_out_of_bounds")

    def read(self, reference: str) -> str:
        """
        The secret that stands there, without the line break at its end.

        Raises:
            InvalidInputError: ``secret_out_of_bounds``; ``secret_absent``: there is nothing, or what cannot be read.
        """
        self.require(reference)
        text = self._of_environment(reference) or self._of_file(reference)
        if not text:
            raise InvalidInputError(
                f"{reference} holds no text; whoever runs the platform must put the secret there",
                code="secret_absent",
            )
        return text

    def _forms(self) -> Iterator[str]:
        if self._prefix:
            yield f"{ENVIRONMENT}{self._prefix}NAME"
        if self._folder:
            yield f"{FILE}{self._folder}/NAME"

    @property
    def _prefix(self) -> str:
        """Of the site's variables; empty where its code does not go into a name, which another site could share."""
        is_plain = _PLAIN_SITE.fullmatch(self.site)
        return f"{PREFIX}{self.site.upper().replace('-', '_')}__" if is_plain else ""

    @property
    def _folder(self) -> Path | None:
        is_name = self.site not in (".", "..") and not set(self.site) & {"/", "\\"}
        return (self.files / self.site).resolve() if self.files and is_name else None

    def _variable(self, reference: str) -> str:
        name = reference.removeprefix(ENVIRONMENT) if reference.startswith(ENVIRONMENT) else ""
        is_ours = self._prefix and re.fullmatch(re.escape(self._prefix) + _NAME, name)
        return name if is_ours else ""

    def _path(self, reference: str) -> Path | None:
        """Where a ``file:`` leads in the end, links followed; ``None`` where that is outside."""
        if not reference.startswith(FILE) or self._folder is None or "\0" in reference:
            return None
        try:
            path = (self._folder / reference.removeprefix(FILE)).resolve()
        except (OSError, RuntimeError):  # links that lead in a circle
            return None
        return path if path.is_relative_to(self._folder) and path != self._folder else None

    def _of_environment(self, reference: str) -> str:
        return os.environ.get(self._variable(reference), "") if self._variable(reference) else ""

    def _of_file(self, reference: str) -> str:
        path = self._path(reference)
        try:
            if path is None or not path.is_file() or path.stat().st_size > LARGEST:
                return ""
            return path.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, ValueError):
            return ""
