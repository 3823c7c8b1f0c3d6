"""What clients are written about their orders: words, amounts and layout of a message."""
