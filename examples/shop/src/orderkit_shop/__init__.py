"""The demo host: a small shop with its own layout and login, whose pages embed the tab."""
