"""The anchor: Wagtail's own search over a flat model with one filter field per facet."""
