"""What the admin configures: `verbs`, one set for each class of rows, and what they do alike, in `rows`."""
