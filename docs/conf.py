"""How Sphinx builds the site: from these pages and the docstrings, without a network. Run it with ``make docs``."""

from importlib.metadata import version as installed
from typing import Generic, TypeVar

import numpy.typing

project = "clusteer"
copyright = "clusteer contributors"
version = release = installed("clusteer")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_heading_anchors = 3
highlight_language = "none"
# Quotation marks stay as they can be typed; only the dash between a name and its meaning is made one.
smartquotes_action = "D"

# Everything the pages load lies beside them; nothing comes from another machine (tests/docs/test_site.py).
html_theme = "furo"
html_title = "clusteer"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False

# What scikit-learn makes for each estimator, such as set_fit_request, is documented by scikit-learn.
autodoc_default_options = {"members": True, "member-order": "bysource", "exclude-members": "set_fit_request"}
autodoc_typehints_format = "short"
maximum_signature_line_length = 88
# A class lists its fields once, under Attributes, and not again among its methods and properties.
napoleon_google_docstring = False
napoleon_custom_sections = [("Attributes", "params_style")]
napoleon_use_rtype = False


class NDArray(Generic[TypeVar("scalar")]):
    """Stands for NumPy's alias, so that signatures read ``NDArray[float32]`` and not what it expands to."""


numpy.typing.NDArray = NDArray
