"""Names of runs: short, easy to say on the phone, easy to type."""

from __future__ import annotations

from collections.abc import Collection
from random import Random

_QUALITIES = """
    amber brave brisk calm clear cool crisp deep early fair fast fine fresh gentle glad golden grand green
    keen kind light lively lucky mellow mild neat noble open plain proud quick quiet rapid ready round sharp
    silver smooth soft solid steady still sunny sure swift tidy warm wide wise young
"""
_THINGS = """
    acorn anchor apple aspen badger beacon birch bison brook canyon cedar cliff cloud comet coral crane delta
    dune eagle falcon fern field finch forest fox garden glade harbor heron hill island ivy juniper lake larch
    lark lemon lily lynx maple marlin meadow moss oak olive orchid otter owl palm pebble pine plum pond quail
    raven reed river robin sage shore sparrow spruce stone swan thistle tiger trout tulip valley violet walnut
    willow wren
"""


def run_name(taken: Collection[str], random: Random) -> str:
    """Return a name that is not taken, such as ``calm-heron-27``."""
    while True:
        name = f"{random.choice(_QUALITIES.split())}-{random.choice(_THINGS.split())}-{random.randint(10, 99)}"
        if name not in taken:
            return name
