"""Work that payments do after a response has been sent."""

from bson import ObjectId
from django.conf import settings
from django.tasks import task
from django.utils.translation import gettext as _
from django.utils.translation import override

from lms import currencies, mails
from lms.locales import format_day
from payments.fulfilment.references import find_gone
from payments.models import Order


@task
def send_receipt(order_id: str) -> None:
    """Send the buyer a receipt for an order that was paid, unless the account or the course is gone."""
    order = Order.objects.get(pk=ObjectId(order_id))
    if find_gone(order):
        return
    buyer, course = order.user, order.course
    with override(buyer.mail_locale):
        mails.send(
            buyer.email,
            buyer.mail_locale,
            person=buyer.pk,
            subject=_("Your receipt for {course}").format(course=course.title),
            template="payments/mails/receipt",
            context={
                "order": order,
                "name": buyer.name,
                "course": course.title,
                "day": order.paid_at and format_day(order.paid_at),
                "total": currencies.display(order.total_amount, order.currency),
                "tax": order.tax_amount and currencies.display(order.tax_amount, order.currency),
                "course_url": f"{settings.FRONTEND_URL}/courses/{course.slug}",
            },
        )
