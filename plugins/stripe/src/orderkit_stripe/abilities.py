"""What the desk may ask of Stripe."""

from __future__ import annotations

import orderkit.plugin as ok

CAPABILITIES = frozenset(
    {
        ok.Capability.CAPTURE,
        ok.Capability.CLOSE,
        ok.Capability.LOOKUP,
        ok.Capability.REFUND,
        ok.Capability.TRACE,
        ok.Capability.VOID,
        ok.Capability.WEBHOOKS,
    }
)
"""What it can do with all settings given."""
