"""Markup is equal where people see the same, and told as kept where Odoo drops what is new."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mapstudio.connectors.odoo.canonical import kept_markup
from mapstudio.connectors.odoo.markup import canonical_markup, safe_markup

_WORDS = st.text(alphabet="ab <>&\"'/=é\n", max_size=12)


@st.composite
def _markup(draw: st.DrawFn) -> str:
    parts = []
    for _ in range(draw(st.integers(0, 5))):
        tag = draw(st.sampled_from(["b", "p", "ul", "li", "script", "span"]))
        handler = draw(st.sampled_from(["", ' onclick="x()"', ' class="k"', ' href="javascript:x"']))
        parts.append(draw(_WORDS) + f"<{tag}{handler}>{draw(_WORDS)}</{tag}>")
    return "".join(parts)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Llamar", "<p>Llamar</p>"),
        ("Tom & Jerry", "<p>Tom &amp; Jerry</p>"),
        ("<P>a</P>", "<p>a</p>"),
        ("<p>a<br/>b</p>", "<p>a<br>b</p>"),
        ("<p title='x' class=\"k\">a</p>", '<p class="k" title="x">a</p>'),
        ("<div><p>a</p><p>b</p></div>", "<p>a</p>\n<p>b</p>"),
        ("a\n  b", "<p>a b</p>"),
        ("<p>a</p><!-- no -->", "<p>a</p>"),
    ],
)
def test_what_people_see_alike_is_equal(one: str, other: str) -> None:
    assert canonical_markup(one) == canonical_markup(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>a</p><p>b</p>", "<p>ab</p>"),
        ("<b>a</b>", "a"),
        ('<a href="x">a</a>', '<a href="y">a</a>'),
        ('<p style="color: red">a</p>', "<p>a</p>"),
        ("&lt;b&gt;", "<b></b>"),
    ],
)
def test_what_people_see_apart_is_not_equal(one: str, other: str) -> None:
    assert canonical_markup(one) != canonical_markup(other)


@pytest.mark.parametrize(
    ("present", "new", "kept"),
    [
        ("<p>hi</p>", '<p onclick="x()">hi</p><script>alert(1)</script>', True),
        ("<p>hi</p>", "<p>hi</p><style>p {}</style><iframe src='x'></iframe>", True),
        ("<p><a>go</a></p>", '<p><a href="javascript:x()">go</a></p>', True),
        ("<p>hi</p>", "<p>bye</p><script>alert(1)</script>", False),
        ("<p>hi</p>", "<p>hi</p>", False),
        (None, "<script>alert(1)</script>", True),
        (None, "<p>hi</p>", False),
        ("<p>hi</p>", None, False),
    ],
)
def test_what_odoo_drops_is_kept_as_it_is(present: str | None, new: str | None, kept: bool) -> None:
    assert kept_markup(present, new) is kept


@given(_markup())
@example("<b/<='\n<b>'</b>")
@example('<b title="C:\\new &quot;x&quot;">a</b>')
def test_spelling_it_again_changes_nothing(text: str) -> None:
    safe = safe_markup(text)
    assert safe_markup(safe) == safe
    # An attribute may be called "<script", which is text to whoever reads it and no element.
    assert not safe.startswith("<script")
    assert "><script" not in safe


@given(_WORDS)
def test_any_text_can_be_spelled(text: str) -> None:
    assert isinstance(canonical_markup(text), str)
    assert not kept_markup(text, text)
