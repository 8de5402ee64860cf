"""The course as web pages, to read without Jupyter: `python3 course.py site`."""

import base64
import io
import re
import shutil
import sys
from html import escape
from pathlib import Path

import nbformat
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import math_to_image
from nbconvert import HTMLExporter
from nbformat.v4 import new_markdown_cell, new_notebook
from pygments.formatters import HtmlFormatter

from autodiff_course.house import lessons_in

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("docs/*.png", "LICENSE", "CITATION.cff")
STYLE = (
    "body{font:1.05em/1.6 sans-serif;max-width:46em;margin:2em auto;padding:0 1em}"
    "pre,.highlight{font-size:.9rem;line-height:1.4;overflow-x:auto}"
    ".highlight pre{background:#f6f6f6;padding:.7em;border-radius:4px}"
    ".prompt,.anchor-link{display:none}img{max-width:100%;height:auto}"
    "blockquote{border-left:4px solid #999;margin-left:0;padding-left:1em}"
    "table{border-collapse:collapse;display:block;overflow-x:auto}"
    "th,td{border:1px solid #999;padding:.3em .6em;text-align:left;vertical-align:top}"
)


def drawn(formula):
    """Return a displayed formula as a picture, since a page loads nothing."""
    text, file = " ".join(formula[1].split()), io.BytesIO()
    known = re.sub(r"\\sqrt (\d)", r"\\sqrt{\1}", text)
    known = known.replace(r"\text", r"\mathrm").replace(r"\frac", r"\dfrac")
    math_to_image(f"${known}$", file, FontProperties(size=15), format="svg")
    data = base64.b64encode(file.getvalue()).decode("ascii")
    return f'<img alt="{escape(text)}" src="data:image/svg+xml;base64,{data}">'


def readable(markdown):
    """Return Markdown whose links lead to pages, and whose formulas are pictures."""
    markdown = re.sub(r"(\]\([^)\s:]+)\.(?:ipynb|md)\b", r"\1.html", markdown)
    return re.sub(r"\$\$(.+?)\$\$", drawn, markdown, flags=re.DOTALL)


def page(title, body, way):
    """Return a whole page; `way` leads to its neighbours, above and below."""
    style = STYLE + HtmlFormatter().get_style_defs(".highlight")
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n{way}<main>\n{body}\n</main>\n{way}</body>\n</html>\n"
    )


def way_from(path, lessons):
    """Return links to the start and to the lessons before and after one."""
    if path.parent == ROOT:
        return ""
    links = ['<a href="../index.html">The course</a>']
    place = lessons.index(path) if path in lessons else len(lessons) + 1
    for other, word in ((place - 1, "Before"), (place + 1, "Next")):
        if 0 <= other < len(lessons):
            name = lessons[other].stem
            links.append(f'<a href="{name}.html">{word}: {name[:2]}</a>')
    note = "Buttons, exercises and quizzes work in the notebook, not on this page."
    return f"<nav>{' | '.join(links)}{f'. {note}' * (path in lessons)}</nav>\n"


def cells_of(path):
    """Return a lesson with its stored outputs; a document as a lesson of one cell."""
    if path.suffix == ".ipynb":
        return nbformat.read(path, as_version=4)
    document = new_markdown_cell(path.read_text(encoding="utf-8"))
    return new_notebook(cells=[document])


def page_of(path, lessons):
    """Return the page of a lesson or a document."""
    notebook = cells_of(path)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = readable(cell.source)
    first = "".join(cell.source for cell in notebook.cells[:1])
    heading = re.search(r"^# +(.+)$", first, re.MULTILINE)
    exporter = HTMLExporter(template_name="basic")
    body, _ = exporter.from_notebook_node(notebook)
    title = heading[1] if heading else path.stem
    return page(title, body, way_from(path, lessons))


def target_of(path):
    """Return where a page goes, seen from the start."""
    if path.name == "README.md":
        return "index.html"
    return path.relative_to(ROOT).with_suffix(".html")


def build(folder):
    """Write all pages into a folder, and return how many there are."""
    lessons = lessons_in(ROOT / "notebooks")
    paths = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *lessons]
    for path in paths:
        target = folder / target_of(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page_of(path, lessons), encoding="utf-8")
    for path in [each for pattern in COPIED for each in ROOT.glob(pattern)]:
        shutil.copy(path, folder / path.relative_to(ROOT))
    return len(paths)


def main():
    """Write the pages into the folder `site` of the course."""
    count = build(ROOT / "site")
    print(f"{count} pages are in the folder site; open site/index.html in a browser.")


if __name__ == "__main__":
    sys.exit(main())
