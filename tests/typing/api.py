"""Only type-checked, never run: what a platform developer's editor sees of the face."""
