"""Every number in prose comes from a cell of the same lesson; no filler words."""

import re
from bisect import bisect_left
from typing import NamedTuple

from lessons import (
    code,
    each_lesson,
    expect_none,
    planted,
    printed,
    text,
    text_of,
    without_code,
)

FILLERS = re.compile(
    r"\b(simply|obviously|clearly|trivially|note that|as (?:we|you) can see)\b",
    re.IGNORECASE,
)

SUPERSCRIPTS = "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
RAISED = re.compile(f"[{SUPERSCRIPTS}]+")
TO_PLAIN = str.maketrans(SUPERSCRIPTS, "-0123456789")
TIMES = r"\s*(?:\u00d7|\u00b7|\*|\\times|\\cdot)\s*"
SPACES = " \u00a0\u2009\u202f,"
NUMBER = re.compile(
    rf"(?<![\w.])(\d{{1,3}}(?:[{SPACES}]\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:[eE]([+-]?\d+))?"
    r"(?:(?:st|nd|rd|th|x)\b|(?!\w|\.\d))"
    r"(\s*(?:%|percent|per cent))?"
)
PLAIN_NUMBER = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)(?:[eE]([+-]?\d+))?()")

# What is in prose and no claim of the lesson, by what it looks like.
UNIT = r"(?:minutes?|min|seconds?|s|ms|\u00b5s|hours?|days?)\b"
NO_CLAIM = [
    r"<!--.*?-->|<[^>]+>|\bhttps?://\S+",
    r"!?\[[^\]]*\]\([^)]*\)",
    r"^#+ +\d+(?:\.\d+)*\.? ",
    r"^ *\d+\. ",
    rf"\d+(?:\.\d+)?(?:(?: to | or | and |-|\u2013)\d+(?:\.\d+)?)?[ -]?{UNIT}",
    r"[Ll]essons?\s+\d\d(?:(?:,| and| to| or|-|\u2013)\s*\d\d\b)*",
    r"(?<![\w.])0\d(?![\w.]*\d)",
    r"\b(?:Python|NumPy|IEEE|PEP|ISO|[Cc]hapters?|[Ss]ections?|[Pp]ages?|pp?\.|"
    r"[Vv]olume|vol\.|no\.|version)\s+\d[\d.]*(?:(?: to | and |-|\u2013)\d[\d.]*)?",
    r"\b\d+-bit\b",
    r"(?<![\w.,])(?!2000)(?:1[6-9]|20)\d\d(?![\w%]|[.,]\d| ?\d)",
]


class Number(NamedTuple):
    """A number as written: its words, its size, and half its last digit."""

    written: str
    value: float
    slack: float


def levelled(words):
    """Return text with all powers of ten as `1e-8` and no grouping underscores."""
    words = RAISED.sub(lambda raised: "^" + raised[0].translate(TO_PLAIN), words)
    words = re.sub(r"(?<=\d)_(?=\d{3})", "", words)
    power = r"10\s*(?:\^|\*\*)\s*\{?(-?\d+)\}?"
    words = re.sub(rf"(?<![\w.])(\d+(?:\.\d+)?){TIMES}{power}", r"\1e\2", words)
    words = re.sub(rf"(?<![\w.]){power}", r"1e\1", words)
    return re.sub(r"\^\s*\{?-?\d+\}?", " ", words)


def numbers(words, pattern=NUMBER):
    """Yield every number in a levelled text."""
    for found in pattern.finditer(words):
        digits, exponent, percent = found.groups()
        digits = re.sub(rf"[{SPACES}]", "", digits)
        scale = 10.0 ** int(exponent or 0)
        decimals = len(digits.partition(".")[2])
        sizes = [1.0, 0.01] if percent else [1.0]
        for size in sizes:
            slack = 0.5 * 10.0**-decimals * scale * size
            yield Number(found[0].strip(), float(digits) * scale * size, slack)


def claims(markdown):
    """Yield, for each number that prose states, the readings that it allows."""
    words = levelled(without_code(markdown))
    for pattern in NO_CLAIM:
        words = re.sub(pattern, " ", words, flags=re.MULTILINE | re.DOTALL)
    words = re.sub(r"\$[^$]+\$", decimals_alone, words)
    for found in NUMBER.finditer(words):
        readings = list(numbers(found[0]))
        if not re.fullmatch(r"\d(?:st|nd|rd|th|x)?", readings[0].written):
            yield readings


def decimals_alone(formula):
    """Return a formula's decimal fractions: whole numbers there are no claims."""
    found = [n.written for n in numbers(formula[0])]
    return " ; ".join(n for n in found if "." in n or "e" in n) + " "


def produced(lesson):
    """Return the sorted sizes of all numbers in a lesson's code and outputs."""
    texts = [cell.source for _, cell in lesson.code]
    texts += [text_of(output) for _, cell in lesson.code for output in cell.outputs]
    words = [levelled(each) for each in texts]
    found = {number.value for each in words for number in numbers(each)}
    found |= {n.value for each in words for n in numbers(each, PLAIN_NUMBER)}
    return sorted(found)


def is_among(number, known):
    """Tell whether a number, rounded as it is written, is one of the sorted known."""
    slack = number.slack * (1 + 1e-9) + 1e-12 * number.value
    place = bisect_left(known, number.value - slack)
    return place < len(known) and known[place] <= number.value + slack


def number_faults(lesson):
    """Yield the numbers in prose that no cell has written or printed."""
    known = produced(lesson)
    for n, cell in lesson.prose:
        for readings in claims(cell.source):
            if not any(is_among(reading, known) for reading in readings):
                yield lesson.fault(
                    n,
                    f"no cell of this lesson has or prints {readings[0].written}; "
                    "print it in the cell it comes from, or leave it out.",
                )


def filler_faults(lesson):
    """Yield words that say nothing, in prose, code and comments."""
    for n, cell in lesson.cells:
        for found in FILLERS.finditer(cell.source):
            yield lesson.fault(n, f"take out '{found[0]}'; say what there is to see.")


@each_lesson
def test_every_number_in_prose_comes_from_a_cell(lesson):
    expect_none(number_faults(lesson))


@each_lesson
def test_no_filler_words(lesson):
    expect_none(filler_faults(lesson))


def stated(markdown, source="1", output=""):
    lesson = planted(text(markdown), code(source, printed(output)))
    return [fault.split(" prints ")[1].split(";")[0] for fault in number_faults(lesson)]


def test_a_number_that_no_cell_has_is_found_with_its_cell():
    lesson = planted(text("# 03 A title"), text("The loss is 0.062."), code("1"))
    (fault,) = number_faults(lesson)
    assert "cell 2" in fault and "0.062" in fault


def test_decimals_and_numbers_of_two_digits_are_claims():
    words = "It is 0.5, then 12, then 80 000, 1.5e-8 and 97 % after the 33rd of 200."
    assert stated(words) == ["0.5", "12", "80 000", "1.5e-8", "97 %", "33rd", "200"]
    assert stated("between 64-32-10 and -0.25.") == ["64", "32", "10", "0.25"]
    assert stated("It is **3.0006**, (2.5) or 7.5x.") == ["3.0006", "2.5", "7.5x"]
    assert stated("three, 3, 9 and m0_0 and x2 and float64") == []


def test_a_number_in_the_source_or_in_an_output_is_known():
    assert stated("After 1000 rounds m is 3.0006.", "range(1000)", "m = 3.0006") == []
    assert stated("80 000 and 10 000.", "80_000", "10,000 times") == []
    assert stated("-0.25 and 2.5.", "x = -0.25", "b=2.50") == []


def test_prose_may_round_and_may_not_add_digits():
    assert stated("It is 0.062.", output="0.0623") == []
    assert stated("It is 0.0623.", output="0.062") == ["0.0623"]
    assert stated("It is 0.063.", output="0.0623") == ["0.063"]
    assert stated("It is 33.", output="33.4") == []
    assert stated("It is 34.", output="33.4") == ["34"]


def test_powers_of_ten_are_read_in_every_form():
    for words in ("9.106e-5", "9.106 \u00d7 10\u207b\u2075", "$9.106 \\times 10^{-5}$"):
        assert stated(words, output="0.00009106") == []
        assert stated(words, output="9.106e-05") == []
        assert len(stated(words, output="0.0009106")) == 1
    assert stated("near 10\u207b\u2078", output="1e-8") == []
    assert stated("near 10\u207b\u2078", output="1e-6") == ["1e-8"]
    assert stated("near 1e-8", "step = 10**-8") == []


def test_a_percentage_may_come_as_a_fraction():
    assert stated("97 % of them", output="0.972") == []
    assert stated("97 percent of them", output="97") == []
    assert stated("97 % of them", output="0.95") == ["97 %"]


def test_columns_of_numbers_are_not_run_together():
    assert stated("It is 200.", output="100 200 300") == []
    assert stated("It is 100 200.", output="100 201") == ["100 200"]


def test_what_is_no_claim_is_left_alone():
    for words in (
        "**Time:** about 70 minutes, or 20 s, or 20 to 30 minutes.",
        "See lesson 11, or lessons 10 and 11; 04 comes first.",
        "## 12. The title",
        "12. the twelfth",
        "Baydin et al. 2018, [page 12](https://x.org/1502.05767)",
        "`x = 12.5` and $x^{12} + 15 x$",
        "```\n12.5\n```",
        "Python 3.12 and a 64-bit float of IEEE 754",
    ):
        assert stated(words) == [], words
    assert stated("in 2000 of 2000 seeds") == ["2000", "2000"]
    assert stated("a formula $m = 3.0006$") == ["3.0006"]


def test_filler_words_are_found_and_others_are_not():
    for words in ("Simply add.", "It is clearly so.", "Note that x", "as we can see"):
        assert list(filler_faults(planted(text(words))))
        assert list(filler_faults(planted(code(f"1  # {words}"))))
    assert not list(filler_faults(planted(text("A simple note, clear to see."))))
