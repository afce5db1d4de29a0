"""What is watched, merged: whatever the order, however often, it comes to the same."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from learning import marks

DURATION = 600
ANY_SPEED = settings(deadline=None)
seconds = st.floats(min_value=0, max_value=1000, allow_nan=False)
ranges = st.tuples(seconds, seconds).map(lambda pair: tuple(sorted(pair)))
watched = st.lists(ranges, max_size=12)


def count(found: int) -> int:
    return found.bit_count()


@ANY_SPEED
@given(watched, st.randoms())
def test_the_order_of_ranges_does_not_matter(found, random):
    shuffled = random.sample(found, len(found))
    assert marks.slices(found, DURATION) == marks.slices(shuffled, DURATION)


@ANY_SPEED
@given(watched, watched)
def test_what_comes_in_two_parts_is_what_comes_in_one(first, second):
    both = marks.slices(first, DURATION) | marks.slices(second, DURATION)
    assert both == marks.slices([*first, *second], DURATION)


@ANY_SPEED
@given(watched)
def test_a_repeat_adds_nothing(found):
    assert marks.slices(found + found, DURATION) == marks.slices(found, DURATION)


@ANY_SPEED
@given(st.lists(seconds.filter(lambda at: at < DURATION), max_size=40), st.integers(1, 10_000))
def test_ranges_that_touch_leave_no_gap(cuts, duration):
    borders = [0, *sorted(cut / DURATION * duration for cut in cuts), duration]
    parts = list(pairwise(borders))
    assert count(marks.slices(parts, duration)) == marks.SLICES


@ANY_SPEED
@given(ranges)
def test_a_range_counts_for_its_length_within_one_slice(found):
    start, end = (min(each, DURATION) for each in found)
    exact = (end - start) / DURATION * marks.SLICES
    assert abs(count(marks.slices([found], DURATION)) - exact) <= 1


@ANY_SPEED
@given(watched, st.integers(0, 10**9))
def test_what_is_kept_fits_into_a_signed_64_bit_number(found, duration):
    assert 0 <= marks.slices(found, duration) < 2**63


@pytest.mark.parametrize("duration", [0, 1, 7, 100, 36_000])
def test_the_whole_lecture_is_all_slices_and_no_lecture_none(duration):
    everything = marks.slices([(0, duration)], duration)
    assert count(everything) == (marks.SLICES if duration else 0)


def test_ranges_far_outside_count_for_nothing():
    assert marks.slices([(601, 1e308), (1e300, 1.7e308)], DURATION) == 0


@ANY_SPEED
@given(
    st.integers(0, 4 * 10**9).map(lambda second: datetime.fromtimestamp(second, UTC)),
    st.integers(0, 10**7),
    st.integers(1, 10**9),
    st.integers(0, 10**7),
)
@example(datetime.fromtimestamp(1_700_000_000, UTC), 5, 1, 0)
def test_the_later_stamp_is_the_greater_whatever_the_positions(at, position, later, other):
    first = marks.stamp(at, position)
    second = marks.stamp(at + timedelta(milliseconds=later), other)
    assert marks.NO_STAMP <= first < second < 2**63
    assert marks.position([first], 10**7) == min(position, marks.MAX_POSITION)
    assert marks.position([second], 10**7) == min(other, marks.MAX_POSITION)


def test_a_position_never_lies_beyond_a_lecture_that_became_shorter():
    mark = [marks.stamp(datetime(2026, 1, 1, tzinfo=UTC), 500)]
    assert marks.position(mark, 300) == 300
    assert marks.position(None, 300) == 0


def test_a_lecture_whose_length_is_not_known_bounds_no_position():
    assert marks.position([marks.stamp(datetime(2026, 1, 1, tzinfo=UTC), 450)], 0) == 450
