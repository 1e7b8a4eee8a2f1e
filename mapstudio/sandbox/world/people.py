"""Invented people: names by country, phones that a numbering plan accepts, addresses on reserved domains."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random


@dataclass(frozen=True, slots=True)
class Country:
    """Where people of the world come from; ``#`` in the phone pattern is any digit."""

    code: str
    name: str
    language: str
    dial: str
    mobile: str
    cities: tuple[tuple[str, str], ...]
    streets: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """One person, as he or she really is; the systems' views make a mess of it.

    Attributes:
        email: Lower case, unique in the world, on a reserved domain.
        phone: E.164.
        national: The phone as people of the country write it.
    """

    index: int
    first: str
    last: str
    gender: str
    email: str
    phone: str
    national: str
    country: str
    country_name: str
    language: str
    city: str
    postcode: str
    street: str
    born: date


@dataclass(frozen=True, slots=True)
class Owner:
    """A salesperson of the client."""

    index: int
    first: str
    last: str
    email: str


COUNTRIES: tuple[Country, ...] = (
    Country(
        "MX", "Mexico", "es-mx", "52", "55 4### ####",
        (("Ciudad de México", "06700"), ("Guadalajara", "44160"), ("Mérida", "97000"), ("Monterrey", "64000")),
        ("Av. Álvaro Obregón", "Calle Durango", "Av. Juárez", "Calle 60"),
        ("Mariana", "Lucía", "Ximena", "Sofía", "Guadalupe", "Renata"),
        ("Andrés", "José María", "Diego", "Emiliano", "Raúl", "Iván"),
        ("Ríos Caballero", "Hernández", "Núñez", "Peña", "Villalobos", "de la Garza", "Ibarra"),
    ),
    Country(
        "ES", "Spain", "es", "34", "6## ### ###",
        (("Madrid", "28004"), ("Sevilla", "41001"), ("Bilbao", "48001"), ("Las Palmas", "35002")),
        ("Calle de Fuencarral", "Gran Vía", "Calle Sierpes", "Paseo de las Canteras"),
        ("Carmen", "Nuria", "Begoña", "Inés", "Montserrat"),
        ("Álvaro", "Íñigo", "Jordi", "Sergio", "Joaquín"),
        ("García Márquez", "Muñoz", "Etxeberria", "Castaño", "Pérez-Reverte", "Ortuño"),
    ),
    Country(
        "DE", "Germany", "de", "49", "151 2#######",
        (("München", "80331"), ("Berlin", "10115"), ("Köln", "50667"), ("Düsseldorf", "40213")),
        ("Hauptstraße", "Lindenallee", "Goethestraße", "Am Kanal"),
        ("Anja", "Katrin", "Jürgen-Marie", "Ulrike", "Mareike"),
        ("Thomas", "Jörg", "Matthias", "Björn", "Uwe"),
        ("Bauer", "Müller", "Schröder", "Groß", "von Stetten", "Weiß"),
    ),
    Country(
        "FR", "France", "fr", "33", "6 1# ## ## ##",
        (("Paris", "75003"), ("Lyon", "69002"), ("Bordeaux", "33000"), ("Nîmes", "30000")),
        ("Rue de Bretagne", "Cours Mirabeau", "Rue Sainte-Catherine"),
        ("Chloé", "Élodie", "Anaïs", "Françoise", "Zoé"),
        ("Loïc", "Étienne", "François", "Mickaël", "Noël"),
        ("Lefèvre", "D'Aubigné", "Garçon", "Béranger", "Le Goff", "Saint-Exupère"),
    ),
    Country(
        "GB", "United Kingdom", "en-gb", "44", "7400 ######",
        (("London", "E1 6AN"), ("Leeds", "LS1 4AP"), ("Bristol", "BS1 5TR")),
        ("High Street", "Station Road", "Victoria Road"),
        ("Charlotte", "Siân", "Olivia", "Harriet"),
        ("Oliver", "George", "Callum", "Rhys"),
        ("Smith", "O'Neill", "Featherstone-Haugh", "Macdonald", "Llewellyn"),
    ),
    Country(
        "US", "United States", "en", "1", "212 55# ####",
        (("New York", "10013"), ("Austin", "78701"), ("San José", "95112")),
        ("Broadway", "Congress Ave", "Elm Street"),
        ("Emily", "Ashley", "Madison", "Abigail"),
        ("Michael", "Tyler", "Brandon", "Hunter"),
        ("Johnson", "McAllister", "Nguyen", "Van der Berg", "Washington"),
    ),
    Country(
        "BR", "Brazil", "pt-br", "55", "11 9#### ####",
        (("São Paulo", "01310-100"), ("Rio de Janeiro", "20040-002"), ("Florianópolis", "88010-000")),
        ("Rua Augusta", "Av. Paulista", "Rua das Laranjeiras"),
        ("Ana", "Conceição", "Júlia", "Letícia"),
        ("João", "Otávio", "Vinícius", "Antônio"),
        ("Souza", "Gonçalves", "Magalhães", "da Silva", "Araújo"),
    ),
    Country(
        "IE", "Ireland", "en", "353", "87 #######",
        (("Dublin", "D02 X285"), ("Galway", "H91 E2K3")),
        ("Main St", "Shop Street"),
        ("Laura", "Aoife", "Niamh"),
        ("Cillian", "Seán", "Pádraig"),
        ("O’Connor", "Ní Bhriain", "Fitzgerald", "Byrne"),
    ),
)  # fmt: skip

_DOMAINS = ("example.com", "example.org", "example.net", "mail.example.com", "post.example.org")


def make_people(rng: Random, count: int) -> list[Person]:
    """Return so many people with distinct addresses."""
    taken: set[str] = set()
    return [_person(rng, index, taken) for index in range(count)]


def make_owners() -> list[Owner]:
    """Return the client's salespeople; they do not depend on the seed."""
    names = (
        ("Marta", "Rey"),
        ("Tomás", "Quiroga"),
        ("Ingrid", "Sommer"),
        ("Paul", "Adeyemi"),
        ("Renée", "Lacroix"),
        ("Kenji", "Mori"),
    )
    return [
        Owner(i, first, last, f"{_ascii(first)}.{_ascii(last)}@casa-palma.example")
        for i, (first, last) in enumerate(names)
    ]


def _person(rng: Random, index: int, taken: set[str]) -> Person:
    country = rng.choices(COUNTRIES, weights=(26, 16, 14, 12, 10, 12, 6, 4))[0]
    woman = rng.random() < 0.5
    first = rng.choice(country.women if woman else country.men)
    last = rng.choice(country.families)
    national = _fill(rng, country.mobile)
    city, postcode = rng.choice(country.cities)
    return Person(
        index=index,
        first=first,
        last=last,
        gender="F" if woman else "M",
        email=_email(rng, first, last, taken),
        phone=f"+{country.dial}{national.replace(' ', '')}",
        national=national,
        country=country.code,
        country_name=country.name,
        language=country.language,
        city=city,
        postcode=postcode,
        street=f"{rng.choice(country.streets)} {rng.randint(1, 240)}",
        born=date(1948, 1, 1) + timedelta(days=rng.randint(0, 20_000)),
    )


def _email(rng: Random, first: str, last: str, taken: set[str]) -> str:
    name = f"{_ascii(first)}.{_ascii(last)}"
    domain = rng.choice(_DOMAINS)
    address, number = f"{name}@{domain}", 2
    while address in taken:
        address, number = f"{name}{number}@{domain}", number + 1
    taken.add(address)
    return address


def _fill(rng: Random, pattern: str) -> str:
    return "".join(str(rng.randint(0, 9)) if character == "#" else character for character in pattern)


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return "".join(character for character in plain.lower() if character.isalnum())


def pick(rng: Random, choices: Sequence[tuple[str, int]]) -> str:
    """Return one of the words by weight."""
    return rng.choices([word for word, _ in choices], weights=[weight for _, weight in choices])[0]
