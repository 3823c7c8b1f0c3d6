"""The orders of one site: made, moved, edited, found."""
