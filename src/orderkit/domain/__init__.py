"""Nouns and rules of the order desk: frozen values, no clock, no database, no logging."""
