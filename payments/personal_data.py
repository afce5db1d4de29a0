"""What payments keeps of a person: its export and its erasure. The sale stays in the books, without the person."""

from typing import Any

from bson import ObjectId
from django.tasks import task

from accounts.models import User
from lms.drf import money
from payments import customers
from payments.checkout import cancel_checkout
from payments.models import OPEN, Coupon, Order, Refund, StripeCustomer


def export(user: User) -> dict[str, Any]:
    """Return a person's orders with their refunds, their id at Stripe, and the codes of their coupons."""
    orders = Order.objects.filter(user=user).order_by("-created_at").prefetch_related("refunds")
    customer = StripeCustomer.objects.filter(user=user).first()
    return {
        "stripe_customer": customer.customer_id if customer else None,
        "orders": [_render_order(order) for order in orders],
        "coupons": list(Coupon.objects.filter(owner=user).values_list("code", flat=True)),
    }


def erase(user: User) -> None:
    """Erase the reasons that a person wrote and the links to Stripe's pages about them; repeatable. Orders stay."""
    orders = Order.objects.filter(user=user)
    Refund.objects.filter(order__in=list(orders.values_list("pk", flat=True))).update(reason="")
    orders.update(receipt_url="", checkout_url="")
    forget_person.enqueue(str(user.pk))


@task
def forget_person(user_id: str) -> None:
    """Cancel the open checkouts of an erased person, then delete their customers at Stripe; repeatable."""
    for order in Order.objects.filter(user_id=ObjectId(user_id), status__in=OPEN):
        cancel_checkout(order)
    customers.forget_customer(ObjectId(user_id))


def forget(user: User) -> None:
    """Let Stripe forget an erased person; raise `PaymentProviderUnavailable` if it cannot be asked."""
    forget_person.call(str(user.pk))


def _render_order(order: Order) -> dict[str, Any]:
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
            for refund in order.refunds.all()
        ],
    }
