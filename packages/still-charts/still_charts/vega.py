"""Vega and Vega-Lite as scripts for a page, from the copies inside vl_convert: no page asks a third party."""

import hashlib
import re
import sys
from importlib.metadata import version
from pathlib import Path

import vl_convert

from still_charts.store import write_whole

# The type of a chart among the outputs of a notebook.
CHART_MIME = f"application/vnd.vegalite.v{vl_convert.get_vegalite_versions()[-1].partition('.')[0]}+json"
# The packages of Vega that charts use, in the versions that vl_convert has inside: without trees, forces,
# regressions, word clouds and the like, the script is a sixth smaller.
VEGA = """\
import { extend, Warn } from "vega-util@2.1.0";
import { transforms } from "vega-dataflow@6.1.0";
import * as common from "vega-transforms@5.1.0";
import * as view from "vega-view-transforms@5.1.0";
import * as encode from "vega-encode@5.1.0";
import * as geo from "vega-geo@5.1.0";
import { View } from "vega-view@6.1.0";
import { parse } from "vega-parser@7.1.0";
extend(transforms, common, view, encode, geo);
window.vega = { View, Warn, parse };"""
# The compiler of charts, for those that are made while the page is read.
VEGA_LITE = 'import { compile } from "vega-lite@6.4.1"; window.vegaLite = compile;'


def bundle_script(module: str) -> str:
    """A script of this module and all that it imports, from the packages inside vl_convert."""
    # The address is a name: vl_convert has the package of this version inside and asks no network for it.
    addressed = re.sub(r'from "(.+?)"', r'from "https://cdn.jsdelivr.net/npm/\1/+esm"', module)
    # The bundle is module text; as a plain script its top-level names would clash with others'.
    return "(function(){" + vl_convert.javascript_bundle(addressed) + "})();\n"


def find_bundle(module: str) -> Path:
    """The file of a bundled module.

    Bundling takes longer than a page does and depends on nothing but the module and vl_convert's version, so
    the result is kept in the environment beside it.
    """
    made_of = hashlib.sha256(module.encode()).hexdigest()[:8]
    kept = Path(sys.prefix) / "share" / f"vega-{version('vl-convert-python')}-{made_of}.js"
    if not kept.exists():
        write_whole(kept, bundle_script(module).encode())
    return kept
