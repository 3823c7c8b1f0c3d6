"""What is built is tried where nothing else is: in empty environments, outside the checkout."""
