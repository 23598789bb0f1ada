"""PARSE: the Compose language. A text or a raw mapping becomes a :class:`~composeapp.compose.document.Document`."""
