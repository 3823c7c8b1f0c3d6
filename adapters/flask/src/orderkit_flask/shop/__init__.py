"""The storefront: cart, checkout, payment and the order's own page, for the visitors of the host's site."""
