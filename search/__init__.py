"""Faceted search over curricula and resources: queries, facets, engines and their index."""
