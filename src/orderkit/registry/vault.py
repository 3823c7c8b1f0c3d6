"""The secrets of one site's methods: on their way into the store, and from there to the plugin they are for."""

from __future__ import annotations

from typing import Any

import attrs

from orderkit.domain.secret import Secret, stored_secret, text_of_stored
from orderkit.errors import InvalidInputError
from orderkit.registry.references import References, is_reference
from orderkit.registry.sealing import Sealer

_SEALED = "fernet:"


@attrs.frozen
class Vault:
    """Seals what is typed and opens what is stored; a reference is stored as it is, and read where it leads."""

    sealer: Sealer
    references: References

    def put(self, secret: Secret) -> dict[str, Any]:
        """
        What is stored of a secret.

        Raises:
            InvalidInputError: ``secret_out_of_bounds``; ``no_secret_key``: there is nothing to seal it with.
        """
        text = secret.reveal()
        if is_reference(text):
            self.references.require(text)
            return stored_secret(text)
        if not self.sealer.can_seal:
            raise InvalidInputError(
                "there is no key to store a secret with: the platform's developer gives one, "
                "OrderKit(url, secret_key=…)",
                code="no_secret_key",
            )
        return stored_secret(_SEALED + self.sealer.seal(text))

    def keep(self, stored: object) -> dict[str, Any]:
        """What is stored from now on of a secret that is stored: sealed with the newest key, if it opens."""
        text = text_of_stored(stored)
        if not text.startswith(_SEALED):
            return stored_secret(text)
        return stored_secret(_SEALED + self.sealer.renewed(text.removeprefix(_SEALED)))

    def open(self, stored: object) -> Secret:
        """
        The secret that is stored so.

        Raises:
            InvalidInputError: ``secret_unreadable``, ``secret_absent`` or ``secret_out_of_bounds``.
        """
        text = text_of_stored(stored)
        if is_reference(text):
            return Secret(self.references.read(text))
        opened = self.sealer.open(text.removeprefix(_SEALED)) if text.startswith(_SEALED) else None
        if opened is None:
            how = (
                "it was stored with another key: give it anew, or give the old key too, "
                "OrderKit(url, secret_key=[new, old])"
                if self.sealer.can_seal
                else "this process has no key to read it with: OrderKit(url, secret_key=…), or ORDERKIT_SECRET_KEY for "
                "the command line"
            )
            raise InvalidInputError(how, code="secret_unreadable")
        return Secret(opened)

    def digest(self, secret: Secret) -> str:
        """Tells a secret from another one without telling it; of what cannot be stored, nothing."""
        text = secret.reveal()
        if is_reference(text):
            return text
        return self.sealer.digest(text) if self.sealer.can_seal else ""
