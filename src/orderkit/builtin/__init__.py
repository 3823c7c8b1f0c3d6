"""The first types, found and loaded like anybody's plugins: read them before writing your own."""
