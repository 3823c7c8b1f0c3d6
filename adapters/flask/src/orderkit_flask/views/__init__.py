"""The views: a request becomes plain arguments, one service method answers, the answer becomes a page."""
