"""What a plugin fulfils: descriptors that say what it brings, and Protocols for what does the work."""
