"""Verbs: each service reads, asks the domain, and saves the change it answers with."""
