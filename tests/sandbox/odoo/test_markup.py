"""HTML as the local Odoo keeps it; each pair was seen on a real server."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapstudio.sandbox.odoo.markup import sanitize


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("plain text", "<p>plain text</p>"),
        ("a & b", "<p>a &amp; b</p>"),
        ("1 < 2", "<p>1 &lt; 2</p>"),
        ("  ", ""),
        ("plain <b>x</b> & y", "<p>plain <b>x</b> &amp; y</p>"),
        ("a<br>b", "<p>a<br>b</p>"),
        ("text<p>b</p>", "<p>text</p><p>b</p>"),
        ("<p>b</p>tail", "<p>b</p>tail"),
        ("<b>bold</b> tail", "<span><b>bold</b> tail</span>"),
        ("<i>a</i><b>b</b>", "<span><i>a</i><b>b</b></span>"),
        ("<div>x", "x"),
        ("<div><p>a</p></div>", "<p>a</p>"),
        ('<div class="k">x</div>', '<div class="k">x</div>'),
        ("<div>a</div><div>b</div>", "<div>a</div><div>b</div>"),
        ("<p>x</p>\n<p>y</p>", "<p>x</p>\n<p>y</p>"),
        ("<P>UP", "<p>UP</p>"),
        ("<ul><li>1<li>2</ul>", "<ul><li>1</li><li>2</li></ul>"),
        ("<p>a&nbsp;b &eacute; é</p>", "<p>a&nbsp;b é é</p>"),
        ("<!-- c --><p>x</p>", "<p>x</p>"),
        ('<p class="k" id="i" data-x="1">x</p>', '<p class="k" id="i">x</p>'),
        ('<p onclick="x()">hi</p><script>alert(1)</script>', "<p>hi</p>"),
        ('<a href="javascript:x">k</a>', '<a href="">k</a>'),
        ('<img src="http://x/y.png" onerror="x">', '<img src="http://x/y.png">'),
        ("<style>p{}</style><p>x</p>", "<p>x</p>"),
    ],
)
def test_html_is_kept_as_a_real_server_keeps_it(sent: str, kept: str) -> None:
    assert sanitize(sent) == kept


@given(st.text(alphabet="<>/=\"' abdivp&;\nscriptonx:", max_size=60))
def test_nothing_that_runs_stays(text: str) -> None:
    kept = sanitize(text)
    assert "<script" not in kept
    assert sanitize(kept).count("<script") == 0


@given(st.text(alphabet="ab c&é<1", min_size=1, max_size=30))
def test_a_text_without_markup_can_be_written_back(text: str) -> None:
    kept = sanitize(text)
    assert sanitize(kept) == kept
