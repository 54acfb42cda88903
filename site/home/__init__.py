"""The site's own pages: home, information, key elements, FAQ, experts, policy brief; no records."""
