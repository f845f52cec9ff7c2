"""Formulas as MathML, which browsers show by themselves: no script, no font from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils.nodes import SkipNode
from docutils.utils.math.latex2mathml import tex2mathml

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator


def setup(app: Sphinx) -> None:
    """Make it the way formulas are written."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.config.html_math_renderer = "mathml"


def _inline(page: HTML5Translator, node: Element) -> None:
    page.body.append(tex2mathml(node.astext()))
    raise SkipNode


def _block(page: HTML5Translator, node: Element) -> None:
    formula = tex2mathml(node.astext(), as_block=True)
    page.body.append(f'<div class="formula">{formula}</div>\n')
    raise SkipNode
