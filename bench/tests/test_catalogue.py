import pytest

from bench import catalogue
from courses.queries.catalogue import ORDERINGS

pytestmark = pytest.mark.django_db


def test_every_ordering_is_measured_near_and_far():
    catalogue.seed(60)
    measured = list(catalogue.measure(page=3, times=1))
    assert [ordering for ordering, _, _ in measured] == list(ORDERINGS)
    assert all(first > 0 and far > 0 for _, first, far in measured)
    assert [read for read, _ in catalogue.measure_reads(times=1)] == list(catalogue.READS)


def test_a_far_page_needs_enough_courses():
    with pytest.raises(SystemExit, match="needs 20000 courses"):
        catalogue.main(["--courses", "10"])
