"""Records as lines of JSON: reading, checking, importing and exporting them. No web, no search."""
