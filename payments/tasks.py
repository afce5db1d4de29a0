"""What is done after the answer."""

from typing import Any

from bson import ObjectId
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.tasks import task
from django.template.loader import render_to_string

from lms import currencies
from payments.models import Order


@task
def send_receipt(order_id: str) -> None:
    """Tell a student that the course is theirs, with what was paid."""
    order = Order.objects.select_related("user", "course").get(pk=ObjectId(order_id))
    if not order.user.is_active:
        return
    context: dict[str, Any] = {
        "subject": f"Your receipt for {order.course.title}",
        "order": order,
        "name": order.user.name,
        "course": order.course.title,
        "total": currencies.display(order.total_amount, order.currency),
        "tax": order.tax_amount and currencies.display(order.tax_amount, order.currency),
        "course_url": f"{settings.FRONTEND_URL}/courses/{order.course.slug}",
        "site_name": settings.SITE_NAME,
    }
    text, html = (render_to_string(f"payments/receipt.{kind}", context) for kind in ("txt", "html"))
    mail = EmailMultiAlternatives(context["subject"], text, to=[order.user.email])
    mail.attach_alternative(html, "text/html")
    mail.send()
