"""title_case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio import search


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ANNA-LENA o'connor", "Anna-Lena O'Connor"),
        ("VON DER LEYEN", "von der Leyen"),
        ("ursula von der leyen", "Ursula von der Leyen"),
        ("Ursula Von Der Leyen", "Ursula Von Der Leyen"),
        ("McAllister", "McAllister"),
        ("MCALLISTER", "McAllister"),
        ("Robert De Niro", "Robert De Niro"),
        ("jOHN", "John"),
        ("DE LA CRUZ", "de la Cruz"),
        ("LA PALMA", "La Palma"),
        ("LAS PALMAS DE GRAN CANARIA", "Las Palmas de Gran Canaria"),
        ("ORTEGA Y GASSET", "Ortega y Gasset"),
        ("JUAN CARLOS II", "Juan Carlos II"),
        ("j.r.r. tolkien", "J.R.R. Tolkien"),
        ("D'AUBIGNÉ", "D'Aubigné"),
        ("JEANNE D’ARC", "Jeanne d’Arc"),
        ("JOHN'S", "John's"),
        ("van 't hoff", "van 't Hoff"),
        ("SAINT-GERMAIN-EN-LAYE", "Saint-Germain-en-Laye"),
        ("NGUYEN VAN", "Nguyen Van"),
        ("  josé   maría ", "  José   María "),
        ("İSTANBUL", "İstanbul"),
        ("2ND FLOOR", "2nd Floor"),
    ],
)
def test_title_case(text: str, expected: str) -> None:
    assert search("title_case(@)", text) == expected


@given(st.text())
def test_doing_it_twice_changes_nothing_and_no_letter_is_lost(text: str) -> None:
    once = search("title_case(@)", text)
    assert isinstance(once, str)
    assert search("title_case(@)", once) == once
    assert once.casefold().split() == text.casefold().split() or not text.isascii()
