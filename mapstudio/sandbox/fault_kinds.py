"""The kinds of faults; the command line shows them without loading what does them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["429", "500", "502", "503", "504", "drop-before", "drop-after", "truncate", "slow", "hang"]
KINDS: Mapping[Kind, str] = {
    "429": "too many requests, in the vendor's words; --retry-after adds the header",
    "500": "an error of the server, in the vendor's words",
    "502": "the HTML page of a gateway",
    "503": "the HTML page of a gateway",
    "504": "the HTML page of a gateway",
    "drop-before": "the connection ends and nothing was done",
    "drop-after": "everything was done, and the connection ends without an answer",
    "truncate": "everything was done, and the answer ends in its middle",
    "slow": "the answer comes later, by --seconds",
    "hang": "no answer ever comes, and nothing is done",
}
