"""Docker Compose's own loader, compose-go, as the reference that our reading of the language is measured against."""
