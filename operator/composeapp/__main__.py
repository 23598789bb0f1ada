"""``python -m composeapp``: the same as the command ``composeapp``."""

from composeapp.cli import main

main()
