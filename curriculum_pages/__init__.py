"""Curricula, their providers and evidence, jurisdictions and what they require."""
