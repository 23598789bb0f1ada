"""Ask the reference from a shell; see the README beside this file."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from oracle.reference import Reference


def main() -> int:
    """Print what compose-go makes of files, and return 1 if it refuses them."""
    arguments = _arguments()
    texts = [sys.stdin.read() if file == "-" else Path(file).read_text("utf-8") for file in arguments.files]
    with Reference() as reference:
        answer = reference.load(*texts, variables=dict(arguments.variables), profiles=arguments.profile)
    for warning in answer.warnings:
        sys.stderr.write(f"warning: {warning}\n")
    if answer.error:
        sys.stderr.write(f"{answer.error}\n")
        return 1
    sys.stdout.write(json.dumps(answer.project, indent=2, ensure_ascii=False) + "\n")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m oracle", description="Load Compose files with compose-go.")
    parser.add_argument("files", nargs="+", metavar="FILE", help="merged in this order; - is standard input")
    parser.add_argument(
        "--variables", nargs="*", default=[], metavar="NAME=VALUE", type=lambda text: text.split("=", 1)
    )
    parser.add_argument("--profile", action="append", default=[], metavar="PROFILE")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
