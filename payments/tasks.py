"""Work that payments do after a response has been sent."""

from bson import ObjectId
from django.conf import settings
from django.tasks import task

from lms import currencies, mails
from payments.fulfilment.references import find_gone
from payments.models import Order


@task
def send_receipt(order_id: str) -> None:
    """Send the buyer a receipt for an order that was paid, unless the account or the course is gone."""
    order = Order.objects.get(pk=ObjectId(order_id))
    if find_gone(order):
        return
    context = {
        "order": order,
        "name": order.user.name,
        "course": order.course.title,
        "total": currencies.display(order.total_amount, order.currency),
        "tax": order.tax_amount and currencies.display(order.tax_amount, order.currency),
        "course_url": f"{settings.FRONTEND_URL}/courses/{order.course.slug}",
    }
    subject = f"Your receipt for {order.course.title}"
    mails.send(
        order.user.email, subject=subject, template="payments/mails/receipt", context=context
    )
