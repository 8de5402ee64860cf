"""What is done, and what a class believes: plain data in, one Picture out."""

from matplotlib.ticker import MaxNLocator

from autodiff_course.figures.picture import (
    BLUE,
    GRAY,
    GREEN,
    RED,
    Picture,
    course_style,
)

# A marker and a filling for each state, so that no picture needs its colours.
STATES = {
    "solved": {"marker": "o", "color": GREEN},
    "tried": {"marker": "^", "color": RED},
    "open": {"marker": "s", "color": GRAY, "fillstyle": "none"},
}


def state_of(id, attempts):
    """Return solved, tried or open."""
    own = [attempt.passed for attempt in attempts if attempt.exercise == id]
    return "solved" if any(own) else "tried" if own else "open"


def draw_progress(ids, attempts):
    """Draw one mark for each exercise and quiz, a row for each lesson."""
    states = {id: state_of(id, attempts) for id in ids}
    lessons = sorted({id[:2] for id in ids})
    with course_style():
        picture = Picture(7.0, 1.2 + 0.32 * len(lessons), alt=told_progress(states))
        axes = picture.subplots()
        for state, look in STATES.items():
            places = [place(id, ids, lessons) for id in ids if states[id] == state]
            x, y = zip(*places, strict=True) if places else ((), ())
            count = f"{state} ({len(places)})"
            axes.plot(x, y, linestyle="none", markersize=11, label=count, **look)
        for id in ids:
            x, y = place(id, ids, lessons)
            axes.annotate(id[3:], (x + 0.17, y), va="center", fontsize=9)
        axes.set_yticks(range(len(lessons)), [f"lesson {name}" for name in lessons])
        axes.set(title=f"{count_of(states, 'solved')} of {len(ids)} are solved")
        axes.set(xticks=[], xlabel="exercises, then quizzes (q)")
        axes.set_ylim(len(lessons) - 0.4, -0.6)
        axes.grid(False)
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return picture


def place(id, ids, lessons):
    """Return where an item's mark stands: its number in its lesson, and the lesson."""
    return [each for each in ids if each[:2] == id[:2]].index(id), lessons.index(id[:2])


def count_of(states, state):
    return sum(each == state for each in states.values())


def told_progress(states):
    named = {
        state: ", ".join(id for id, each in states.items() if each == state) or "none"
        for state in STATES
    }
    solved = f"Progress: {count_of(states, 'solved')} of {len(states)} solved."
    return f"{solved} Solved: {named['solved']}. Tried: {named['tried']}."


def draw_class(solved, tried, held, learners):
    """Draw, for a class, who solved what, and which beliefs are held by how many.

    `solved` and `tried` map an id to a number of learners, `held` a misconception.
    """
    rows = max(len(tried), len(held), 4)
    with course_style():
        picture = Picture(9.0, 1.4 + 0.26 * rows)
        left, right = picture.subplots(1, 2)
        draw_bars(left, tried, "none", "tried")
        draw_bars(left, {id: solved.get(id, 0) for id in tried}, BLUE, "solved")
        left.legend(loc="lower right")
        draw_bars(right, held, RED, "held")
        for axes, title in ((left, "Solved, of those who tried"), (right, "Beliefs")):
            axes.set(title=title, xlabel="learners", xlim=(0, learners))
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            axes.grid(False, axis="y")
    parts = [f"{id} {solved.get(id, 0)} of {count}" for id, count in tried.items()]
    beliefs = [f"{id} {count}" for id, count in held.items()]
    picture.alt = (
        f"A class of {learners}. Solved, of those who tried: {', '.join(parts)}. "
        f"Misconceptions by number of learners: {', '.join(beliefs) or 'none'}."
    )
    return picture


def draw_bars(axes, counts, colour, label):
    """Draw one bar for each name, the first on top."""
    names = list(counts)
    axes.barh(names, list(counts.values()), color=colour, edgecolor=GRAY, label=label)
    axes.set_ylim(len(names) - 0.4, -0.6)
