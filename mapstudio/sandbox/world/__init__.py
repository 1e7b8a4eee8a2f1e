"""The seeded world behind all local sandboxes: the same people and companies seen by a hotel, a CRM and an ERP.

Everything is invented and follows from the seed alone. The three views overlap on purpose (a guest may be a contact, a
company may be a partner) and disagree the way real systems do: blanks, shouting, old phones, aliases, duplicates.
"""

from mapstudio.sandbox.world.business import Company, Deal, Line, Order, Product
from mapstudio.sandbox.world.hotel import Room, Stay
from mapstudio.sandbox.world.people import Owner, Person
from mapstudio.sandbox.world.world import TODAY, World

__all__ = ["TODAY", "Company", "Deal", "Line", "Order", "Owner", "Person", "Product", "Room", "Stay", "World"]
