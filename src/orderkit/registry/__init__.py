"""Finds plugins, asks them once what they bring, and freezes the answer."""
