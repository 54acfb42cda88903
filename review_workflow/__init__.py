"""Approvals of pages: the publishing gate, the certificates and their life. It knows no curriculum."""
