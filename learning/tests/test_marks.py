"""Marks: watched parts merge to the same result in any order and any number of times."""

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


def count(bits: int) -> int:
    return bits.bit_count()


@ANY_SPEED
@given(watched, st.randoms())
def test_the_order_of_ranges_does_not_matter(parts, random):
    shuffled = random.sample(parts, len(parts))
    assert marks.slices(parts, DURATION) == marks.slices(shuffled, DURATION)


@ANY_SPEED
@given(watched, watched)
def test_two_updates_merge_to_what_one_update_has(first, second):
    both = marks.slices(first, DURATION) | marks.slices(second, DURATION)
    assert both == marks.slices([*first, *second], DURATION)


@ANY_SPEED
@given(watched)
def test_a_repeated_range_adds_nothing(parts):
    assert marks.slices(parts + parts, DURATION) == marks.slices(parts, DURATION)


@ANY_SPEED
@given(st.lists(seconds.filter(lambda at: at < DURATION), max_size=40), st.integers(1, 10_000))
def test_ranges_that_touch_leave_no_gap(cuts, duration):
    borders = [0, *sorted(cut / DURATION * duration for cut in cuts), duration]
    parts = list(pairwise(borders))
    assert count(marks.slices(parts, duration)) == marks.SLICES


@ANY_SPEED
@given(ranges)
def test_a_range_counts_for_its_length_within_one_slice(part):
    start, end = (min(each, DURATION) for each in part)
    exact = (end - start) / DURATION * marks.SLICES
    assert abs(count(marks.slices([part], DURATION)) - exact) <= 1


@ANY_SPEED
@given(watched, st.integers(0, 10**9))
def test_slices_fit_into_a_signed_64_bit_number(parts, duration):
    assert 0 <= marks.slices(parts, duration) < 2**63


@pytest.mark.parametrize("duration", [0, 1, 7, 100, 36_000])
def test_a_whole_lecture_has_all_slices_and_an_empty_one_has_none(duration):
    everything = marks.slices([(0, duration)], duration)
    assert count(everything) == (marks.SLICES if duration else 0)


def test_ranges_outside_the_lecture_are_ignored():
    assert marks.slices([(601, 1e308), (1e300, 1.7e308)], DURATION) == 0


@ANY_SPEED
@given(
    st.integers(0, 4 * 10**9).map(lambda second: datetime.fromtimestamp(second, UTC)),
    st.integers(0, 10**7),
    st.integers(1, 10**9),
    st.integers(0, 10**7),
)
@example(datetime.fromtimestamp(1_700_000_000, UTC), 5, 1, 0)
def test_the_later_stamp_is_greater_for_all_positions(at, position, later, other):
    first = marks.stamp(at, position)
    second = marks.stamp(at + timedelta(milliseconds=later), other)
    assert marks.NO_STAMP <= first < second < 2**63
    assert marks.position([first], 10**7) == min(position, marks.MAX_POSITION)
    assert marks.position([second], 10**7) == min(other, marks.MAX_POSITION)


def test_a_position_is_never_beyond_the_end_of_a_lecture_that_became_shorter():
    mark = [marks.stamp(datetime(2026, 1, 1, tzinfo=UTC), 500)]
    assert marks.position(mark, 300) == 300
    assert marks.position(None, 300) == 0


def test_a_lecture_of_unknown_length_limits_no_position():
    assert marks.position([marks.stamp(datetime(2026, 1, 1, tzinfo=UTC), 450)], 0) == 450
