"""Composition root: settings, URLs, API mount. The rooms of the house live beside it."""
