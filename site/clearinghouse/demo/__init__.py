"""The demonstration: content as data files and the code that loads it. Not for a public server."""
