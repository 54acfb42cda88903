"""Approvals: who approved which revision of a page, until when, and the gate that asks for it."""
