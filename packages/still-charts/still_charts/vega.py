"""Bundle Vega and Vega-Lite for pages from the copies inside vl_convert, without a network."""

import hashlib
import re
import sys
from importlib.metadata import version
from pathlib import Path

import vl_convert

from still_charts.store import write_whole

# MIME type of a chart among the outputs of a notebook.
CHART_MIME = (
    f"application/vnd.vegalite.v{vl_convert.get_vegalite_versions()[-1].partition('.')[0]}+json"
)
# The packages of Vega that charts use, in the versions of vl_convert: without trees, forces,
# regressions and word clouds the script is a sixth smaller. Expressions are interpreted: to compile
# them, a page's content security policy would have to let any text become code.
VEGA = """\
import { extend, Warn } from "vega-util@2.1.0";
import { transforms } from "vega-dataflow@6.1.0";
import * as common from "vega-transforms@5.1.0";
import * as view from "vega-view-transforms@5.1.0";
import * as encode from "vega-encode@5.1.0";
import * as geo from "vega-geo@5.1.0";
import { View } from "vega-view@6.1.0";
import { parse } from "vega-parser@7.1.0";
import { expressionInterpreter } from "vega-interpreter@2.0.0";
extend(transforms, common, view, encode, geo);
window.vega = { View, Warn, parse, expressionInterpreter };"""
# The compiler, for charts that are made in the page.
VEGA_LITE = 'import { compile } from "vega-lite@6.4.1"; window.vegaLite = compile;'


def bundle_script(module: str) -> str:
    """Bundle a module with all its imports."""
    # vl_convert contains the packages of these addresses.
    addressed = re.sub(r'from "(.+?)"', r'from "https://cdn.jsdelivr.net/npm/\1/+esm"', module)
    # A function keeps the names of the bundle out of the global scope.
    return "(function(){" + vl_convert.javascript_bundle(addressed) + "})();\n"


def find_bundle(module: str) -> Path:
    """Return the file of a bundled module.

    Bundling is slow and depends only on the module and the version of vl_convert, so the result is
    kept in the environment.
    """
    made_of = hashlib.sha256(module.encode()).hexdigest()[:8]
    kept = Path(sys.prefix) / "share" / f"vega-{version('vl-convert-python')}-{made_of}.js"
    if not kept.exists():
        write_whole(kept, bundle_script(module).encode())
    return kept
