"""A quiz as a widget and as a text; the right option is computed."""

from html import escape

from autodiff_course.exercises.misconceptions import named
from autodiff_course.exercises.outcomes import compare, plain, short, told
from autodiff_course.exercises.verdicts import Shown, Verdict, marked_up

LETTERS = "abcdefgh"


def right_option(quiz):
    """Return the one option that claims what `compute` gives."""
    computed = plain(quiz.compute())
    fitting = [each for each in quiz.options if not compare(computed, each.value, 1e-3)]
    if len(fitting) != 1:
        claims = [option.value for option in quiz.options]
        raise ValueError(f"{quiz.id}: {computed} fits {len(fitting)} of {claims}.")
    return fitting[0]


def judge_choice(quiz, choice):
    """Return the verdict of a choice: a letter, an option's text or its number."""
    if choice is ... or choice is None:
        return Verdict(quiz.id, "unattempted")
    option = chosen(quiz, choice)
    if option is None:
        letters = ", ".join(LETTERS[: len(quiz.options)])
        words = f"{short(told(choice), 60)} is none of the options; choose one of"
        return Verdict(quiz.id, "type", f"{words} {letters}.")
    if option is right_option(quiz):
        return Verdict(quiz.id, "right", option.feedback)
    words = f"{option.feedback}\n{named(option.misconception, quiz.place)}"
    return Verdict(quiz.id, "wrong", words, option.misconception)


def chosen(quiz, choice):
    """Return the option that a choice means, or None."""
    if not isinstance(choice, str):
        return None
    choice = choice.strip()
    by_letter = dict(zip(LETTERS, quiz.options, strict=False))
    by_text = {option.text: option for option in quiz.options}
    return by_letter.get(choice.lower().rstrip(".)")) or by_text.get(choice)


def lettered(quiz):
    """Return (letter, option) for each option."""
    return list(zip(LETTERS, quiz.options, strict=False))


class QuizText(Shown):
    """A quiz to be read, and answered by a call."""

    def __init__(self, quiz):
        self.quiz = quiz

    @property
    def text(self):
        lines = [f"{self.quiz.id}: {self.quiz.question}"]
        lines += [f"  {letter}) {each.text}" for letter, each in lettered(self.quiz)]
        return "\n".join([*lines, f'Answer with quiz("{self.quiz.id}", "a").'])

    def html(self):
        rows = "".join(f"<li>{marked_up(each.text)}</li>" for each in self.quiz.options)
        head = f"<strong>{escape(self.quiz.id)}</strong>"
        question = f"<p>{head} {marked_up(self.quiz.question)}</p>"
        return f'{question}<ol type="a">{rows}</ol>'

    def __repr__(self):
        return self.text


def live_quiz(quiz, conclude):
    """Return the quiz as a widget; ModuleNotFoundError without ipywidgets."""
    from autodiff_course.exercises.quiz_widget import QuizBox

    return QuizBox(quiz, conclude)
