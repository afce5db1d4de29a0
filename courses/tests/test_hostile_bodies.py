"""No request body causes a server error."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.tests.factories import CourseFactory, LectureFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1"
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["0" * 24, "usd", "article", "code", "\0", "$where", "a" * 200]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["amount", "currency", "$gt", "section", "lectures"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
NAMES = [
    "title", "subtitle", "description", "category", "level", "language", "price", "tags",
    "objectives", "thumbnail", "completion", "section", "kind", "asset", "captions", "body",
    "is_preview", "is_published", "position", "reason",
]  # fmt: skip
BODIES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6) | VALUES


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=BODIES, place=st.integers(0, 7))
def test_no_body_is_a_server_error(client_of, instructor, prepared, body, place):
    client, lecture = prepared
    method, path = [
        ("post", "/courses"),
        ("patch", f"/courses/{lecture.course_id}"),
        ("post", f"/courses/{lecture.course_id}/sections"),
        ("patch", f"/sections/{lecture.section_id}"),
        ("post", f"/courses/{lecture.course_id}/lectures"),
        ("patch", f"/lectures/{lecture.pk}"),
        ("put", f"/courses/{lecture.course_id}/curriculum"),
        ("post", f"/reviews/{'0' * 24}/report"),
    ][place]
    assert getattr(client, method)(URL + path, body).status_code < 500


@pytest.fixture
def prepared(client_of, instructor):
    """The client of an instructor, and one of their lectures."""
    lecture = LectureFactory(section__course=CourseFactory(instructor=instructor))
    return client_of(instructor), lecture
