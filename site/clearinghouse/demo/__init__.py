"""The demonstration: its content as data files, and the code that loads them. Never for a public server."""
