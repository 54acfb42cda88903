"""The catalog's own engine over made records, filled through the code that fills it in production."""
