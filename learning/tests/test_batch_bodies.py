"""What a batch of progress must look like."""

import pytest

from learning.models import Enrollment

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("wrong", "attr"),
    [
        ({"at": None}, "updates.1.at"),
        ({"at": "2026-11-28T10:00:00"}, "updates.1.at"),
        ({"at": 10**30}, "updates.1.at"),
        ({"lecture": "x"}, "updates.1.lecture"),
        ({"lecture": ["a"]}, "updates.1.lecture"),
        ({"completed": "perhaps"}, "updates.1.completed"),
        ({"position_seconds": "soon"}, "updates.1.position_seconds"),
        ({"watched": [[0, "x"]]}, "updates.1.watched.0.1"),
        ({"watched": [[0, 1]] * 201}, "updates.1.watched"),
    ],
)
def test_one_ill_formed_update_refuses_all(batch, ago, lectures, wrong, attr):
    right = {"lecture": str(lectures[0].pk), "at": ago(1), "completed": True}
    response = batch(right, right | wrong)
    assert response.status_code == 400, response.content
    assert response.json()["errors"][0]["attr"] == attr
    assert Enrollment.objects.get().completed_lectures == []


@pytest.mark.parametrize("number", ["NaN", "1e400", "-1" * 400])
def test_what_is_no_number_is_refused(enrolled, progress_url, lectures, ago, number):
    text = f'{{"lecture": "{lectures[0].pk}", "at": "{ago(1)}", "position_seconds": {number}}}'
    body = f'{{"updates": [{text}]}}'
    response = enrolled.post(f"{progress_url}/batch", body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["errors"][0]["code"] == "parse_error"


@pytest.mark.parametrize("body", [{}, {"updates": []}, {"updates": {}}, {"updates": [1]}, [], None])
def test_a_body_without_updates_is_refused(enrolled, progress_url, body):
    assert enrolled.post(f"{progress_url}/batch", body).status_code == 400
