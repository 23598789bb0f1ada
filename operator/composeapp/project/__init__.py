"""
PROJECT: Compose files on somebody's disk, found and read as ``docker compose`` finds and reads them.

Only the command line uses it; the operator never reads a file of an author.
"""
