"""Renders a review comment to HTML as GitHub does and photographs it in headless Chromium at desktop and phone width."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import cmarkgfm
from cmarkgfm.cmark import Options

HERE = Path(__file__).parent / "photograph"
EXTENSIONS = ["table", "autolink", "strikethrough", "tagfilter", "tasklist"]
OPTIONS = Options.CMARK_OPT_HARDBREAKS | Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
"""GitHub breaks lines in comments where the text does, and lets HTML through to a sanitiser; the comment holds only tags that it keeps."""


def main(arguments: list[str]) -> int:
    """``photograph.py COMMENT.md OUT_DIR`` writes ``desktop.png``, ``phone.png``, both again as ``-open`` with every fold open, and the HTML."""
    if len(arguments) != 2:
        sys.stderr.write("usage: photograph.py COMMENT.md OUT_DIR\n")
        return 2
    source, out = map(Path, arguments)
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        sys.stderr.write("photograph.py needs node and npm\n")
        return 2
    out.mkdir(parents=True, exist_ok=True)
    if not (HERE / "node_modules").is_dir():
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True, stdout=sys.stderr)
    body = cmarkgfm.markdown_to_html_with_extensions(source.read_text(encoding="utf-8"), options=OPTIONS, extensions=EXTENSIONS)
    page = out.resolve() / "comment.html"
    page.write_text((HERE / "page.html").read_text(encoding="utf-8").replace("<!--comment-->", body), encoding="utf-8")
    subprocess.run([node, HERE / "photograph.mjs", page, out.resolve()], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
