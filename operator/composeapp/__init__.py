"""
Run Compose applications with AI models on Kubernetes.

The packages are the stages of one data flow, in this order::

    .spec or compose.yaml → compose (PARSE) → Document
                          → translate (TRANSLATE, with Settings) → Plan
                          → cluster (APPLY) → Changes
                          → status (STATUS) → .status

``compose``, ``translate`` and ``status`` are pure: equal input, equal output.
"""

from typing import Final

__version__: Final = "0.1.0"
