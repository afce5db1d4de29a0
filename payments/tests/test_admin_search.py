"""The search of the staff's pages about money: by what a customer or Stripe names, through an index."""

import pytest

from lms.tests.scans import SCANS
from payments.models import Coupon, Order, StripeEvent
from payments.tests.factories import CouponFactory

pytestmark = pytest.mark.django_db

SEARCHES = (
    ("order", "f" * 24),
    ("order", "cs_1"),
    ("order", "pi_1"),
    ("order", "ada@example.test"),
    ("order", "Ada"),
    ("order", "Course"),
    ("refund", "f" * 24),
    ("refund", "re_1"),
    ("dispute", "f" * 24),
    ("dispute", "dp_1"),
    ("stripecustomer", "cus_1"),
    ("stripecustomer", "ada@example.test"),
    ("stripeevent", "evt_1"),
    ("stripeevent", "pi_1"),
    ("ledgerentry", "f" * 24),
    ("ledgerentry", "tax"),
    ("coupon", "half"),
)


def rows(office, model, term):
    answer = office.get(f"/admin/payments/{model._meta.model_name}/", {"q": term})
    return list(answer.context["cl"].result_list)


@pytest.mark.parametrize(("model", "term"), SEARCHES)
def test_an_index_serves_every_search(office, commands, model, term):
    with commands() as sent:
        answer = office.get(f"/admin/payments/{model}/", {"q": term})
    assert 'name="q"' in answer.content.decode()
    assert list(answer.context["cl"].result_list) == []
    found = [problem for event in sent for problem in SCANS.problems(event)]
    assert not [problem for problem in found if "no index for" in problem]


def test_an_event_is_found_by_its_id_and_by_what_it_is_about(office, order):
    event = StripeEvent.objects.create(
        id="evt_1", type="charge.refunded", object_id="ch_1", created_at=order.created_at
    )
    assert rows(office, StripeEvent, "evt_1") == rows(office, StripeEvent, "ch_1") == [event]
    assert rows(office, StripeEvent, "evt_2") == []


def test_a_coupon_is_found_by_its_code_in_any_case(office):
    coupon = CouponFactory(code="HALF")
    assert rows(office, Coupon, " half ") == [coupon]
    assert rows(office, Coupon, "hal") == []


def test_a_search_for_spaces_lists_everything(office, order):
    assert rows(office, Order, "  ") == [order]
