"""What payments keep of a person, and what stays when they leave: the sale, without who it was."""

from functools import partial
from typing import Any

from bson import ObjectId
from django.tasks import task

from lms.drf import money
from lms.mongodb.transaction import on_commit
from payments import customers
from payments.checkout import cancel_checkout
from payments.models import OPEN, Coupon, Order, Refund, StripeCustomer


def export(user: Any) -> dict[str, Any]:
    """Give everything about a person's purchases, and the coupons that they made."""
    orders = Order.objects.filter(user=user).order_by("-created_at")
    customer = StripeCustomer.objects.filter(user=user).first()
    return {
        "stripe_customer": customer.customer_id if customer else None,
        "orders": [_order(order) for order in orders],
        "coupons": list(Coupon.objects.filter(owner=user).values_list("code", flat=True)),
    }


def erase(user: Any) -> None:
    """Keep the sales for the books, and nothing in them that was the person's own words or leads to them."""
    orders = Order.objects.filter(user=user)
    Refund.objects.filter(order__in=list(orders.values_list("pk", flat=True))).update(reason="")
    orders.update(receipt_url="", checkout_url="")
    on_commit(partial(forget_person.enqueue, str(user.pk)), robust=True)


@task
def forget_person(user_id: str) -> None:
    """Close what somebody who left was about to buy, and have Stripe forget them. May be repeated."""
    for order in Order.objects.filter(user_id=ObjectId(user_id), status__in=OPEN):
        cancel_checkout(order)
    customers.forget_customer(ObjectId(user_id))


def _order(order: Order) -> dict[str, Any]:
    return {
        "id": order.pk,
        "course": order.course_id,
        "status": order.status,
        "total_amount": money(order.total_amount, order.currency),
        "tax_amount": money(order.tax_amount, order.currency),
        "refunded_amount": money(order.refunded_amount, order.currency),
        "coupon": order.coupon["code"] if order.coupon else None,
        "created_at": order.created_at,
        "paid_at": order.paid_at,
        "receipt_url": order.receipt_url or None,
        "refunds": [
            {"amount": refund.amount, "status": refund.status, "reason": refund.reason}
            for refund in Refund.objects.filter(order=order)
        ],
    }
