"""The data sets: what is drawn, in which order, from which seed."""

import numpy as np
import pytest

from autodiff_course import coin_labels, course_data, cut_labels

with_each = pytest.mark.parametrize
SETS = [course_data, cut_labels, coin_labels]


@with_each("seed", [0, 1, 199])
@with_each("n", [1, 7, 100])
def test_x_is_drawn_first_the_noise_second(seed, n):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    y = 3 * x - 2 + rng.normal(size=n) / 100
    got_x, got_y = course_data(seed, n)
    assert np.array_equal(got_x, x) and np.array_equal(got_y, y)


@with_each("seed", [0, 1, 199])
def test_the_coin_is_thrown_third(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=100)
    rng.normal(size=100)
    chance = 1 / (1 + np.exp(-(3 * x - 2)))
    label = rng.uniform(size=100) < chance
    got_x, got_label = coin_labels(seed)
    assert np.array_equal(got_x, x) and np.array_equal(got_label, label)


def test_the_cut_is_where_y_is_positive():
    (x, y), (cut_x, label) = course_data(3), cut_labels(3)
    assert np.array_equal(x, cut_x)
    assert [bool(each) for each in label] == [each > 0 for each in y]


@with_each("draw", SETS)
def test_the_default_is_seed_0_and_100_points(draw):
    for got, want in zip(draw(), draw(0, 100), strict=True):
        assert np.array_equal(got, want) and got.shape == (100,)
        assert got.dtype == np.float64
    assert draw(n=0)[0].shape == (0,)


@with_each("draw", SETS)
def test_the_same_seed_gives_the_same_data_and_another_does_not(draw):
    np.random.seed(1)
    first = draw(5)
    np.random.seed(2)
    again = draw(5)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], draw(6)[0])


@with_each("draw", SETS)
def test_every_call_gives_arrays_of_its_own(draw):
    x, y = draw()
    x[:] = y[:] = 0.0
    assert np.any(draw()[0] != 0) and np.any(draw()[1] != 0)


@with_each("draw", [cut_labels, coin_labels])
def test_labels_are_0_and_1(draw):
    assert set(draw()[1].tolist()) == {0.0, 1.0}


def test_the_noise_has_standard_deviation_one_hundredth():
    x, y = course_data(0, 100_000)
    noise = y - (3 * x - 2)
    # The standard error of a standard deviation is sigma / sqrt(2 n).
    assert abs(noise.std() - 0.01) < 5 * 0.01 / np.sqrt(200_000)
    assert abs(noise.mean()) < 5 * 0.01 / np.sqrt(100_000)


def test_the_coins_fall_as_often_as_they_should():
    x, label = coin_labels(0, 100_000)
    chance = 1 / (1 + np.exp(2 - 3 * x))
    error = np.sqrt(np.mean(chance * (1 - chance)) / 100_000)
    assert abs(label.mean() - chance.mean()) < 5 * error
