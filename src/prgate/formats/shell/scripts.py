"""Whether a script that a command spells only looks at files and prints."""

from __future__ import annotations

import re
from typing import Final

from prgate.formats.shell.words import UNKNOWN, words_of

_LONGEST: Final = 20_000
_ACTS = re.compile(
    r"writ|dump\b|save|unlink|remove\(|renam|mkdir|makedirs|rmdir|rmtree|shutil|subprocess|system|popen|spawn|exec|eval|compile\(|__|getattr|importlib"
    r"|touch|truncat|copy|link\(|chmod|child_process|open\([^)\n]{0,200},|to_(?:csv|json|excel|parquet)|fileinput|appendFile|createWrite|globals|`|%x|>\s*\S+\s*\"",
    re.IGNORECASE,
)
_IMPORT = re.compile(r"\b(?:import|from)\s+([\w., \t]+)|\brequire\s*\(\s*['\"](?:node:)?([\w./@-]+)", re.ASCII)
_LOOKERS: Final = words_of(
    "json sys re ast yaml tomllib toml csv collections itertools functools math datetime time textwrap difflib base64 hashlib string statistics os pprint"
    " pathlib xml.etree.ElementTree glob fnmatch typing decimal fractions operator struct zlib gzip html unicodedata fs path util assert import as from"
    " defaultdict Counter OrderedDict Path ElementTree ET"
)
_NAME = re.compile(r"[\w./@-]+", re.ASCII)


def only_looks(script: str) -> bool:
    """Whether nothing in the script writes, runs or loads code of its own; in doubt it may."""
    if len(script) > _LONGEST or UNKNOWN in script or _ACTS.search(script):
        return False
    names = {name for found in _IMPORT.finditer(script) for name in _NAME.findall(found[1] or found[2])}
    return all(name in _LOOKERS for name in names)
