"""A quiz to click: the question, its options, a button and what to learn from it."""

from html import escape

import ipywidgets

from autodiff_course.exercises.quizzes import QuizText, judge_choice, lettered
from autodiff_course.exercises.verdicts import marked_up


def bare(text):
    """Return a text without its backticks: a radio button shows no code."""
    return text.replace("`", "")


class QuizBox(ipywidgets.VBox):
    """Options to choose from; `conclude(verdict)` is called for each answer given."""

    def __init__(self, quiz, conclude):
        self.quiz, self.conclude = quiz, conclude
        self.verdict = self.judged = None
        question = ipywidgets.HTML(
            f"<p><strong>{escape(quiz.id)}</strong> {marked_up(quiz.question)}</p>"
        )
        self.choices = ipywidgets.RadioButtons(
            options=[
                (f"{key}) {bare(each.text)}", key) for key, each in lettered(quiz)
            ],
            value=None,
            layout={"width": "max-content", "max_width": "100%"},
        )
        self.button = ipywidgets.Button(description="Answer", disabled=True)
        self.feedback = ipywidgets.HTML()
        self.choices.observe(self.enable, "value")
        self.button.on_click(self.answer)
        super().__init__([question, self.choices, self.button, self.feedback])

    def enable(self, change):
        self.button.disabled = change.new is None
        self.feedback.value, self.judged = "", None

    def answer(self, button=None):
        """Judge what is chosen and say so beneath the button."""
        if self.judged is not None and self.judged == self.choices.value:
            return  # a double click
        self.judged = self.choices.value
        try:
            self.verdict = self.conclude(judge_choice(self.quiz, self.choices.value))
            shown = self.verdict.html()
        except Exception as error:  # a click's error would be lost without a word
            shown = escape(f"{type(error).__name__}: {error}")
        self.feedback.value = f'<div role="status">{shown}</div>'

    def __repr__(self):
        return QuizText(self.quiz).text

    def _repr_mimebundle_(self, **options):
        """Return the widget and, for viewers without a kernel, the question."""
        data = super()._repr_mimebundle_(**options) or {}
        return {**data, **QuizText(self.quiz)._repr_mimebundle_()}
