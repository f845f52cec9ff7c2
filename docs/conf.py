"""How the documentation is built; `make docs` does it. Nothing is fetched from elsewhere."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pygments.lexers.special import TextLexer

import clustersim

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import _example  # noqa: E402 - beside this file
import _generate  # noqa: E402
import _mathml  # noqa: E402

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "clustersim"
author = "The clustersim developers"
project_copyright = author
release = version = clustersim.__version__.partition("+")[0]

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["**/.ipynb_checkpoints"]
default_role = "code"
html_theme = "furo"
html_title = "clustersim"
html_static_path = ["_static"]
html_css_files = ["clustersim.css"]
html_copy_source = False
html_show_sphinx = False

# ---------------------------------------------------------------- pages

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 600
nb_execution_in_temp = True
nb_ipywidgets_js: dict[str, str] = {}

# ---------------------------------------------------------------- reference

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
napoleon_google_docstring = False
nitpicky = True
nitpick_ignore_regex = [("py:class", ".*")]  # types in signatures, most of other packages


def _as_it_stands(
    app: Sphinx,  # noqa: ARG001 - Sphinx's signature
    what: str,
    name: str,  # noqa: ARG001
    obj: object,
    options: Any,  # noqa: ARG001
    lines: list[str],
) -> None:
    """Leave what a property says of itself: napoleon takes words before a colon for a type."""
    if what == "property":
        lines[:] = (inspect.getdoc(obj) or "").splitlines()


def setup(app: Sphinx) -> None:
    """Add kinds of things that can be looked up, formulas without scripts, pages that are made."""
    app.add_object_type("value", "value", "pair: %s; value in a scenario file")
    app.add_object_type("fact", "fact", "pair: %s; fact")
    app.add_object_type("source", "source", "pair: %s; source")
    app.add_lexer("csv", TextLexer)
    app.connect("autodoc-process-docstring", _as_it_stands, priority=900)
    _mathml.setup(app)
    _generate.write(HERE)
    _example.write(HERE)
