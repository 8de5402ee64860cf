"""How every lesson is shaped: opening, time, rhythm, headings, liar, close."""

import ast
import math
import re

import pytest
from lessons import (
    NOTEBOOKS,
    ROOT,
    code,
    each_lesson,
    expect_none,
    headings,
    planted,
    shown,
    tags,
    text,
    tree,
    without_code,
    without_fences,
)

from autodiff_course.house import lessons_in

LESSONS = [
    "00_start_here",
    "01_slopes",
    "02_variable",
    "03_regression",
    "04_classification",
    "05_deep_network",
    "06_all_at_once",
    "07_nonlinearity",
    "08_reverse_mode",
    "09_digits",
    "10_beyond",
    "11_bug_hunt",
]
# draft: shown and then replaced. times: depends on the machine, so refreshing keeps
# the stored output, and nbval has a word of its own for not comparing it.
KNOWN_TAGS = {"draft", "times", "nbval-ignore-output"}

WORDS_A_MINUTE, CODE_CELL, EXERCISE, QUIZ = 180, 1, 6, 1.5
USUAL_LINES, MOST_LINES = 15, 40
MOST_CODE_IN_A_ROW = 2
CELLS_PER_HEADING = 8
SENTENCE_WORDS = 4
OPENING = ("**What you build:**", "**What you need:**", "**Time:**")
CAN = "After this lesson you can"
CLOSE = ("What you built", "What was left out on purpose", "Go further")
LIAR = re.compile(r"^> \*\*The liar\*\*$", re.MULTILINE)


def opening_faults(lesson):
    """Yield what the first two cells lack."""
    first = lesson.notebook.cells[0]
    if first.cell_type != "markdown" or not first.source.startswith("# "):
        yield lesson.fault(1, "begin with a markdown cell: '# 03 A title'.")
        return
    if not re.match(rf"# {lesson.path.name[:2]} \S", first.source):
        yield lesson.fault(1, f"begin the title with '# {lesson.path.name[:2]} '.")
    for words in (*OPENING, CAN):
        if words not in first.source:
            yield lesson.fault(1, f"the first cell lacks '{words}'.")
    objectives = re.findall(r"^- ", first.source.partition(CAN)[2], re.MULTILINE)
    if not 3 <= len(objectives) <= 6:
        yield lesson.fault(1, f"list 3 to 6 objectives, not {len(objectives)}.")
    if re.search(r"\bunderstand", first.source, re.IGNORECASE):
        yield lesson.fault(1, "an objective is something one can do; name the deed.")
    second = lesson.notebook.cells[1]
    if second.cell_type != "code" or not imports_only(second):
        yield lesson.fault(2, "the second cell is the import cell, imports alone.")


def imports_only(cell):
    body = tree(cell).body
    return body and all(isinstance(s, (ast.Import, ast.ImportFrom)) for s in body)


def calls(lesson, name):
    """Return how many code cells call `name("...")`."""
    return sum(
        any(
            isinstance(node, ast.Call)
            and getattr(node.func, "id", "") == name
            and node.args
            and isinstance(getattr(node.args[0], "value", None), str)
            for node in ast.walk(tree(cell))
        )
        for _, cell in lesson.code
    )


def minutes(lesson):
    """Return the time a lesson takes, and the sum as words."""
    words = sum(len(re.findall(r"\S*\w\S*", cell.source)) for _, cell in lesson.prose)
    cells, exercises = len(lesson.code), calls(lesson, "check")
    quizzes = calls(lesson, "quiz")
    spent = words / WORDS_A_MINUTE + CODE_CELL * cells
    spent += EXERCISE * exercises + QUIZ * quizzes
    told = (
        f"{words} words, {cells} code cells, {exercises} exercises, {quizzes} quizzes"
    )
    return 5 * math.ceil(spent / 5), told


def time_faults(lesson):
    """Yield a fault unless the stated time is the computed one."""
    stated = re.search(
        r"\*\*Time:\*\*\D*(\d+) minutes", lesson.notebook.cells[0].source
    )
    computed, told = minutes(lesson)
    if stated is None or int(stated[1]) != computed:
        yield lesson.fault(1, f"write '**Time:** about {computed} minutes' ({told}).")


def row_faults(lesson, page):
    """Yield a fault where the row of a lesson in a page gives another time, or none."""
    rows = [line for line in page.splitlines() if lesson.path.name in line]
    stated = [int(each) for each in re.findall(r"(\d+) min", "\n".join(rows))]
    if stated != [minutes(lesson)[0]]:
        yield f"{lesson.path.name} takes {minutes(lesson)[0]} min, not {rows}"


def size_faults(lesson):
    """Yield long code cells: 9 in 10 have 15 lines, none over 40, blank ones aside."""
    sizes = {
        n: sum(bool(line.strip()) for line in cell.source.splitlines())
        for n, cell in lesson.code
    }
    long = {n: size for n, size in sizes.items() if size > USUAL_LINES}
    for n, size in sizes.items():
        if size == 0:
            yield lesson.fault(n, "this code cell is empty; take it out.")
        if size > MOST_LINES:
            yield lesson.fault(n, f"{size} lines, at most {MOST_LINES}; split it.")
    if 10 * len(long) > len(sizes):
        for n, size in long.items():
            yield lesson.fault(
                n,
                f"{size} lines; {len(long)} of {len(sizes)} code cells have over "
                f"{USUAL_LINES}, and one in ten may: split some of them.",
            )


def rhythm_faults(lesson):
    """Yield the third code cell in a row, and every later one."""
    run = 0
    for n, cell in lesson.cells:
        run = run + 1 if cell.cell_type == "code" else 0
        if run > MOST_CODE_IN_A_ROW:
            yield lesson.fault(n, f"code cell {run} in a row; write prose before it.")


def is_task(cell):
    """Tell whether a cell belongs to an exercise or quiz, a landmark of its own."""
    if cell.cell_type == "markdown":
        return bool(re.search(r"^\*\*(Exercise|Question) \d\d\.", cell.source, re.M))
    return bool(re.search(r"^(check|quiz)\(", cell.source, re.M))


def heading_faults(lesson):
    """Yield headings that are no sentences, skip a level, or stand too far apart."""
    level = bare = 0
    for n, cell in lesson.cells:
        found = headings(cell) if cell.cell_type == "markdown" else []
        if is_task(cell):
            continue
        bare = 0 if found else bare + 1
        if bare and bare % CELLS_PER_HEADING == 0:
            yield lesson.fault(
                n,
                f"{bare} cells since a heading; a section has {CELLS_PER_HEADING} at "
                "most, its heading's cell included: give one here or before.",
            )
        for marks, words in found:
            if marks > level + 1:
                yield lesson.fault(n, f"'{words}' skips a level after level {level}.")
            if marks == 1 and n > 1:
                yield lesson.fault(n, f"'{words}': one title, in the first cell; ##.")
            if marks > 1 and not is_sentence(words):
                yield lesson.fault(n, f"'{words}' is no sentence: a verb, and . or ?")
            level = marks


def is_sentence(words):
    long_enough = len(words.split()) >= SENTENCE_WORDS
    return words in CLOSE or words.endswith((".", "?")) or long_enough


def close_faults(lesson):
    """Yield a fault unless the lesson closes with its three headings, in order."""
    found = [
        words
        for _, cell in lesson.prose
        for marks, words in headings(cell)
        if marks == 2
    ]
    if tuple(found[-len(CLOSE) :]) != CLOSE:
        names = ", ".join(f"'## {words}'" for words in CLOSE)
        yield lesson.fault(len(lesson.cells), f"close with {names}, in this order.")
    elif lesson.cells[-1][1].cell_type != "markdown":
        yield lesson.fault(len(lesson.cells), "close with prose, not with code.")


def liar_faults(lesson):
    """Yield a fault unless there is one box of the liar; lesson 00 announces it."""
    boxes = [n for n, c in lesson.prose for _ in LIAR.findall(without_fences(c.source))]
    if lesson.number == 0:
        if not any("The liar" in cell.source for _, cell in lesson.prose):
            yield lesson.fault(1, "announce 'The liar' of the lessons to come.")
    elif len(boxes) != 1:
        yield lesson.fault(
            boxes[-1] if boxes else 1,
            f"one box of the liar, not {len(boxes)}: '> **The liar**' on a line of its "
            "own, then '>', then '> What looks right, and is not.'",
        )


def picture_faults(lesson):
    """Yield every picture that is not followed by a sentence about it."""
    following = dict(lesson.cells)
    for n, cell in lesson.code:
        if any("image/png" in output.get("data", {}) for output in cell.outputs):
            after = following.get(n + 1)
            prose = after is not None and after.cell_type == "markdown"
            if not prose or after.source.lstrip().startswith("#"):
                yield lesson.fault(n, "say what the picture shows in the next cell.")


def tag_faults(lesson):
    """Yield tags that nothing reads, and times that nbval would compare."""
    for n, cell in lesson.cells:
        for tag in sorted(set(tags(cell)) - KNOWN_TAGS):
            known = ", ".join(sorted(KNOWN_TAGS))
            yield lesson.fault(
                n, f"the tag {tag} has no meaning here; there are {known}."
            )
        if ("times" in tags(cell)) != ("nbval-ignore-output" in tags(cell)):
            yield lesson.fault(n, "the tags times and nbval-ignore-output go together.")


def link_faults(lesson):
    """Yield links to files or headings that are not there, and remote pictures."""
    known = {
        words.replace(" ", "-") for _, c in lesson.prose for _, words in headings(c)
    }
    for n, cell in lesson.prose:
        links = re.findall(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)", without_code(cell.source))
        for picture, words, target in links:
            path, _, anchor = target.partition("#")
            if picture and (len(words) < 40 or "://" in target):
                yield lesson.fault(n, f"a picture needs alt text and a file: {target}")
            if "://" in target or target.startswith("mailto:"):
                continue
            if path and not (NOTEBOOKS / path).exists():
                yield lesson.fault(n, f"there is no {path} to link to.")
            if not path and anchor not in known:
                yield lesson.fault(n, f"there is no heading #{anchor} to link to.")


def plain_python_faults(lesson):
    """Yield code cells that only a notebook can read, or that do not parse."""
    for n, cell in lesson.code:
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            yield lesson.fault(n, f"write plain Python, without % or !: {error.msg}.")


def test_the_twelve_lessons_are_there_and_no_other():
    assert [path.stem for path in lessons_in(NOTEBOOKS)] == LESSONS


@each_lesson
def test_a_lesson_opens_with_what_it_gives_and_takes(lesson):
    expect_none(opening_faults(lesson))


@each_lesson
def test_the_stated_time_is_the_computed_one(lesson):
    expect_none(time_faults(lesson))


@pytest.mark.parametrize("page", ["README.md", "docs/teaching.md"])
@each_lesson
def test_readme_and_teaching_guide_state_the_same_time(lesson, page):
    expect_none(row_faults(lesson, (ROOT / page).read_text(encoding="utf-8")))


@each_lesson
def test_code_cells_are_short(lesson):
    expect_none(size_faults(lesson))


@each_lesson
def test_at_most_two_code_cells_follow_one_another(lesson):
    expect_none(rhythm_faults(lesson))


@each_lesson
def test_headings_are_sentences_and_never_far(lesson):
    expect_none(heading_faults(lesson))


@each_lesson
def test_a_lesson_closes_with_what_was_built_and_left_out(lesson):
    expect_none(close_faults(lesson))


@each_lesson
def test_there_is_one_liar(lesson):
    expect_none(liar_faults(lesson))


@each_lesson
def test_every_picture_is_followed_by_prose(lesson):
    expect_none(picture_faults(lesson))


@each_lesson
def test_every_tag_is_known(lesson):
    expect_none(tag_faults(lesson))


@each_lesson
def test_every_link_leads_somewhere(lesson):
    expect_none(link_faults(lesson))


@each_lesson
def test_every_code_cell_is_plain_python(lesson):
    expect_none(plain_python_faults(lesson))


FIRST = """# 03 A title
*A line.*

**What you build:** a thing.

**What you need:** nothing.

**Time:** about 5 minutes.

After this lesson you can

- add,
- subtract,
- multiply.
"""
LAST = """## What you built

A thing.

## What was left out on purpose

Others.

## Go further

Build another.
"""
BOX = "> **The liar**\n>\n> It looks right."


def sound(first=FIRST, imports="import math", middle=BOX, last=LAST):
    cells = [text(first), code(imports), text(middle), code("math.pi"), text(last)]
    return planted(*cells)


def test_a_sound_lesson_has_no_fault():
    checks = [opening_faults, time_faults, size_faults, rhythm_faults, heading_faults]
    checks += [close_faults, liar_faults, picture_faults, tag_faults, link_faults]
    checks += [plain_python_faults]
    for check in checks:
        assert list(check(sound())) == []


def test_an_opening_that_lacks_something_is_found():
    for words in ("# 03 ", *OPENING, CAN, "- add,\n"):
        assert list(opening_faults(sound(first=FIRST.replace(words, "")))), words
    assert list(opening_faults(sound(first=FIRST.replace("add", "understand sums"))))
    assert list(opening_faults(sound(first=FIRST.replace("03", "04"))))


def test_an_import_cell_that_does_more_is_found():
    assert list(opening_faults(sound(imports="import math\nx = 1")))
    assert list(opening_faults(sound(imports="# nothing")))


def test_a_wrong_time_is_found():
    assert list(time_faults(sound(first=FIRST.replace("5 min", "10 min"))))
    assert list(time_faults(sound(first=FIRST.replace("5 min", "five min"))))


def test_time_is_words_code_cells_exercises_and_quizzes():
    words = text("word " * 1800)
    assert minutes(planted(words))[0] == 10
    assert minutes(planted(words, code("1")))[0] == 15
    exercises = [code('check("01-slope", 3)') for _ in range(5)]
    assert minutes(planted(words, *exercises))[0] == 10 + 35
    quizzes = [code('quiz("01-bet")') for _ in range(2)]
    assert minutes(planted(words, *quizzes))[0] == 10 + 5
    assert minutes(planted(text("| --- | - |\n\n>\n")))[0] == 0


def test_a_time_in_a_page_that_differs_or_is_missing_is_found():
    row = "| [Regression](notebooks/03_planted.ipynb) | a line | {} min |"
    assert list(row_faults(sound(), row.format(10)))
    assert list(row_faults(sound(), ""))
    assert not list(row_faults(sound(), row.format(5)))


def test_long_and_empty_code_cells_are_found():
    short = [code("x\n" * 15) for _ in range(9)]
    assert not list(size_faults(planted(*short, code("x\n\n" * 40))))
    assert list(size_faults(planted(*short, code("x\n" * 41))))
    assert list(size_faults(planted(*short[1:], code("x\n" * 16))))
    assert list(size_faults(planted(*short, code("\n"))))


def test_three_code_cells_in_a_row_are_found():
    cells = [code("x"), code("x"), text("Prose."), code("x"), code("x")]
    assert not list(rhythm_faults(planted(*cells)))
    assert list(rhythm_faults(planted(*cells, code("x"))))


def test_headings_are_judged():
    title = text("# 03 A title")
    good = ["## It bends.", "## Which way?", "## One two three four", "## Go further"]
    for words in (*good, "```\n# comment\n```"):
        assert not list(heading_faults(planted(title, text(words)))), words
    for words in ("## The rate", "### It bends.", "# It bends."):
        assert list(heading_faults(planted(title, text(words)))), words


def test_eight_cells_without_a_heading_are_found():
    title, prose = text("# 03 A title"), [text("Prose.") for _ in range(8)]
    assert not list(heading_faults(planted(title, *prose[:7])))
    assert list(heading_faults(planted(title, *prose)))


def test_a_close_that_lacks_something_is_found():
    for words in CLOSE:
        assert list(close_faults(sound(last=LAST.replace(words, "Else"))))
    assert list(close_faults(sound(last=LAST + "\n## One thing more.")))
    assert list(close_faults(planted(text(LAST), code("1"))))


def test_no_liar_and_two_liars_are_found():
    for middle in ("", BOX + "\n\n" + BOX, BOX.replace("**", ""), BOX.lower()):
        assert list(liar_faults(sound(middle=middle)))
    assert list(liar_faults(planted(text("Hello."), name="00_planted.ipynb")))
    assert not list(liar_faults(planted(text("The liar."), name="00_planted.ipynb")))


def test_a_picture_without_a_sentence_after_it_is_found():
    picture = code("draw()", shown({"image/png": "", "text/plain": "a picture"}))
    assert not list(picture_faults(planted(picture, text("It bends."))))
    for after in ([], [code("1")], [text("## Next.")]):
        assert list(picture_faults(planted(picture, *after)))


def test_an_unknown_tag_and_half_a_pair_are_found():
    for wrong in (["raises-exception"], ["times"], ["nbval-ignore-output"]):
        assert list(tag_faults(planted(code("1", tags=wrong))))
    both = ["times", "nbval-ignore-output"]
    assert not list(tag_faults(planted(code("1", tags=both))))


def test_links_that_lead_nowhere_are_found():
    heading = "## It bends.\n\n"
    good = ["[x](#It-bends.)", "[x](https://www.python.org)", "`[x](y)`"]
    wrong = ["[x](#It-breaks.)", "[x](99_none.ipynb)", "![](https://x.org/a.png)"]
    for link in good:
        assert not list(link_faults(planted(text(heading + link)))), link
    for link in wrong:
        assert list(link_faults(planted(text(heading + link)))), link


def test_magic_and_broken_python_are_found():
    for source in ("%timeit 1", "!ls", "if True"):
        assert list(plain_python_faults(planted(code(source))))
