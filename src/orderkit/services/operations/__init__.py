"""What providers are asked to do with payments, and orders whose cancelling asks them."""
