"""The carts of one site: filled, and submitted."""
