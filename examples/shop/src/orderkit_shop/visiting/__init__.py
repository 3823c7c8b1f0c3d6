"""A simulated day in the shop: visitors as HTTP clients, each keeping its own log, which the journal must equal."""
