"""
Every difference from compose-go that is meant, one line each with its reason; any other fails a test.

A row fits a finding when its pattern is found in the finding's signature (and, where one is given, its second
pattern in the text of the document).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from oracle.compare import Finding


@dataclass(frozen=True)
class Difference:
    """One difference that is meant."""

    reason: str
    signature: str
    document: str = ""

    def explains(self, finding: Finding) -> bool:
        """Tell whether a finding is this difference."""
        return bool(re.search(self.signature, finding.signature) and re.search(self.document, str(finding.written)))


DIFFERENCES: Final = (
    Difference("a protocol is lower case, as Kubernetes and Compose's own short form have it", r"^field: .*ports.*protocol"),
    Difference("a scalar has one text; Go refuses some where another type is written", r"^accepted: decoding failed[\s\S]*(storage_opt|blkio_config|tmpfs.mode)[\s\S]*unconvertible type"),
    Difference("Compose drops a number of bytes that is written with a fraction", r"^field: .*(mem_|memswap|shm_size|size).* for nothing"),
    Difference("the same port counts once, whatever its name", r"^field: .*ports: list for list"),
    Difference("a whole number is one, however it is written", r"^accepted: .*invalid type (float0|string) for (ulimits|port)"),
    Difference("compose-go's JSON cannot say that a limit is zero", r"^field: .*ulimits.*int for dict"),
    Difference("a long-form port that cannot be meant is refused", r"^refused: .*ports.*(invalid|missing a target)"),
    Difference("ranges of expose are written out", r"^field: .*expose"),
    Difference("a mistake is refused also where a later item replaces it", r"^refused: .*(must be|value must|missing property|not allowed)", "target"),
    Difference("an option of a provider may have one value in one document and several in another", r"^accepted: cannot override .*provider.options"),
    Difference("extensions of any shape replace each other", r"^accepted: cannot override .*x-"),
    Difference("an empty host_ip names no address", r"^accepted: .*ports.*invalid ip address: $"),
    Difference("an unknown key of a device request is refused; Compose loses it under gpus", r"^refused: .*gpus.*additional properties"),
    Difference("a limit or binding of any name is looked at; Compose passes over some", r"^refused: .*(ulimits|models).* must be"),
    Difference("a binary value has no place in a Compose document", r"^refused: .*!!binary"),
    Difference("a date stays the text that its author wrote", r"^accepted: [\s\S]*time\.Time|^field: [\s\S]*: text for text", r"\d{4}-\d{2}-\d{2}"),
    Difference("a label, variable or limit whose name begins with x- is kept; Compose loses it", r"^field: .*(#extensions|\.x-)"),
    Difference("a model whose name begins with x- is no model; compose-go's JSON shows a trace of it", r"^field: models(\.\*)?: nothing for dict"),
    Difference("a model without a reference cannot be served; Compose finds out when it runs", r"^refused: .*model is empty"),
    Difference("an expose entry that is no port means nothing in Kubernetes", r"^refused: .*expose.*invalid containerPort", "abc"),
    Difference("Compose drops the rest of a command line after | & ; < > silently; we refuse it", r"^refused: .*(command|entrypoint).*[|&;<>]"),
    Difference("what is required may come from a later document", r"^accepted: .*models.* missing property 'model'"),
    Difference("an item that is repeated in another spelling, or in a list of a job or hook, counts once", r"^accepted: .*items at 0 and 0 are equal"),
    Difference("a list that repeats an item is refused, also where Compose merges it before it looks", r"^refused: .*items at 0 and 0 are equal"),
    Difference("a number stays what it is; Go wraps or cuts off what does not fit", r"^field: .*: (int|float) for int|^accepted: .*scale: must be greater", r"\d{10,}"),
    Difference("a negative number where Go has an unsigned one means nothing in Kubernetes", r"^accepted: decoding failed[\s\S]*overflows uint"),
    Difference("services that are set aside are not completed", r"^field: disabled_services.*"),
    Difference("lists of GPUs of several documents are joined; Compose stumbles over a mixture of forms", r"^accepted: cannot override .*gpus"),
    Difference("two mounts at one place of a job count as one, as they do for services", r"^field: jobs.*volumes: list for list"),
    Difference("an option of a provider is replaced by a later document; Compose joins it where both are lists", r"^field: .*provider.options"),
)  # fmt: skip


def unexplained(found: list[Finding]) -> list[Finding]:
    """Return the findings that no row explains."""
    return [finding for finding in found if not any(row.explains(finding) for row in DIFFERENCES)]
