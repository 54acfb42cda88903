"""The site's own pages: home, information, key elements, FAQ, experts and the policy brief; not the records."""
