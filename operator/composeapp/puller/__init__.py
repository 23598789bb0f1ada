"""PULL: model weights from a registry into a folder. Standard library only: it runs before every model server."""
