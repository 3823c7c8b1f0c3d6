"""What the host's keys are for: a secret is stored sealed, and opened again for the plugin it is for."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

import attrs
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from orderkit.errors import SettingsError


@attrs.frozen
class Sealer:
    """
    Seals with the first of the host's keys, and opens with any of them.

    Attributes:
        keys: Newest first; none where the host gave none.
    """

    keys: tuple[str, ...] = attrs.field(repr=False)

    @classmethod
    def of(cls, keys: str | bytes | Iterable[str | bytes]) -> Sealer:
        """
        With one key or several, newest first; empty ones count as none.

        Raises:
            SettingsError: ``bad_secret_key``: one of them is no key; it is not repeated.
        """
        given = [key for key in ((keys,) if isinstance(keys, (str, bytes)) else keys) if key]
        return cls(tuple(_checked(key, place) for place, key in enumerate(given, 1)))

    @property
    def can_seal(self) -> bool:
        """Whether there is a key."""
        return bool(self.keys)

    def seal(self, text: str) -> str:
        """*text* sealed, another way each time; there must be a key."""
        return self._all.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """What was sealed; ``None`` where it was with none of these keys, or was changed since."""
        try:
            return self._all.decrypt(sealed).decode() if self.keys else None
        except InvalidToken:
            return None

    def renewed(self, sealed: str) -> str:
        """The same, sealed with the first key: as it is where it was already, or where it does not open."""
        if self.open(sealed) is None or Sealer(self.keys[:1]).open(sealed) is not None:
            return sealed
        return self._all.rotate(sealed).decode()

    def digest(self, text: str) -> str:
        """Tells *text* from others to whoever has the first key, and tells nothing to anybody else."""
        key = hmac.digest(self.keys[0].encode(), b"orderkit: which secret is it", "sha256")
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    @property
    def _all(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in self.keys])


def _checked(key: str | bytes, place: int) -> str:
    try:
        Fernet(key)
        return key.decode() if isinstance(key, bytes) else key
    except (TypeError, ValueError):
        raise SettingsError(
            f"secret_key: key {place} is no key; make one with cryptography.fernet.Fernet.generate_key().decode()",
            code="bad_secret_key",
        ) from None
