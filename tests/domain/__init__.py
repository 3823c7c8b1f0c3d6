"""The rules, tested alone: no database, no clock, no doubles."""
