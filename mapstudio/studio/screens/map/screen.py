from __future__ import annotations

from collections.abc import Iterable

from textual.geometry import Size
from textual.widget import Widget

from mapstudio.studio.lattice import Box
from mapstudio.studio.navigation import tabs
from mapstudio.studio.paint import DEST, MUTED, SOURCE, STRONG
from mapstudio.studio.screens.base import StudioScreen
from mapstudio.studio.widgets.drawn import Drawn
from mapstudio.studio.widgets.frame import Frame
from mapstudio.studio.widgets.header import HeaderModel, Side


class P(Drawn, can_focus=True):
    pass


def arrange(size: Size) -> list[Box]:
    w, h = size
    lower = 10
    top = h - lower - 1
    if w >= 140:
        return [Box("source", 0, 0, 40, h-16), Box("map", 40, 0, 85, h-16), Box("dest", 125, 0, 35, h-16), Box("rec",0,h-16,40,16), Box("row",40,h-16,85,16),Box("plan",125,h-16,35,16)]
    return [Box("source", 0, 0, 27, top), Box("map", 27, 0, 68, top), Box("dest", 95, 0, 25, top), Box("row",0,top,77,lower+1), Box("plan",77,top,43,lower+1)]


class MapScreen(StudioScreen):
    def compose_content(self) -> Iterable[Widget]:
        yield Frame(*[P(id=i) for i in ("source","map","dest","rec","row","plan")], arrangement=arrange)
    def on_mount(self):
        self.show_header(HeaderModel(project="casa-palma", folder="hotel", mapping="guests-to-contacts", source=Side("hotel","guests","sandbox"), destination=Side("crm","contacts","sandbox"), mapped=27, of=34, tabs=tabs(), active="map", needs=(("✗ 1",STRONG),)))
        self.query_one("#map", P).set_pane(title=(("Map",STRONG),), fact=(("50 sample records",MUTED),))
        self.query_one("#source", P).set_pane(title=(("Source",STRONG),(" guests",SOURCE)))
        self.query_one("#plan", P).set_pane(title=(("Plan",STRONG),(" record 3",MUTED)), guarded=True)
        self.query_one("#row", P).set_pane(title=(("Row 4",STRONG),(" phone",DEST)), fact=(("text → text",MUTED),))
        self.query_one("#map", P).focus()
        self.footer.show_command('mapstudio map set guests-to-contacts phone --expr "phone(x)"')
