"""The pages on which staff answer a dispute, or accept it."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException
from unfold.widgets import (
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from lms import currencies
from lms.admin import ModelAdmin
from lms.admin.reasons import ReasonForm
from payments.disputes import accept_dispute, answer_dispute
from payments.gateway import disputes
from payments.models import Dispute
from payments.queries.evidence import MAX_EVIDENCE, MAX_TEXT, prepare_evidence
from payments.queries.receipts import draw_receipt

LINE = partial(forms.CharField, required=False, widget=UnfoldAdminTextInputWidget)
TEXT = partial(
    forms.CharField,
    required=False,
    max_length=MAX_TEXT,
    widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
)


class EvidenceForm(forms.Form):
    """The texts of an answer, by Stripe's names. `saved` are those that are at Stripe already, which cannot be emptied."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    customer_name = LINE(label=_("Customer's name"), max_length=200)
    customer_email_address = LINE(label=_("Customer's e-mail address"), max_length=320)
    customer_purchase_ip = forms.GenericIPAddressField(
        label=_("IP address of the purchase"),
        required=False,
        help_text=_("Of the last sign-in before the purchase."),
        widget=UnfoldAdminTextInputWidget,
    )
    service_date = LINE(label=_("Access since"), max_length=200)
    product_description = TEXT(label=_("What was sold"))
    access_activity_log = TEXT(
        label=_("Access log"),
        help_text=_("Progress, certificate, playbacks and sign-ins. Delete what is no proof."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 14}),
    )
    refund_policy_disclosure = TEXT(
        label=_("Refund policy"),
        help_text=_("What it says, and where the customer saw it before the purchase."),
    )
    refund_refusal_explanation = TEXT(label=_("Why there is no refund"))
    uncategorized_text = TEXT(label=_("Receipt and anything else"))
    confirmed = forms.BooleanField(
        label=_("I have read all of it. Once it is sent, nobody can change it or send more."),
        required=False,
        widget=UnfoldBooleanWidget,
    )

    def __init__(self, data: Any = None, *, saved: dict[str, str], **options: Any) -> None:
        super().__init__(data, **options)
        self.saved = saved

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for name in self.saved.keys() & data.keys():
            if not data[name]:
                self.add_error(
                    name, _("This is saved at Stripe, which cannot empty it: write what is true.")
                )
        if sum(map(len, self.evidence.values())) > MAX_EVIDENCE:
            raise ValidationError(
                gettext("All texts together may have {max} characters.").format(max=MAX_EVIDENCE)
            )
        if not self.evidence:
            raise ValidationError(_("Write at least one text."))
        if self.is_sent and not data.get("confirmed"):
            self.add_error("confirmed", _("Confirm this to send the answer to the bank."))
        return data

    @property
    def is_sent(self) -> bool:
        """Return whether the answer goes to the bank, and is not only saved."""
        return "send" in self.data

    @property
    def evidence(self) -> dict[str, str]:
        """The texts that are not empty."""
        texts = self.cleaned_data.items()
        return {name: text for name, text in texts if text and name not in ("seen", "confirmed")}


class AcceptForm(ReasonForm):
    seen = forms.IntegerField(widget=forms.HiddenInput)


class AnswersDisputes(ModelAdmin):
    """A mixin with the pages to answer and to accept a dispute."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<path:pk>/answer/", wrap(self.answer_view), name="payments_dispute_answer"),
            path("<path:pk>/receipt/", wrap(self.receipt_view), name="payments_dispute_receipt"),
            path("<path:pk>/accept/", wrap(self.accept_view), name="payments_dispute_accept"),
            *super().get_urls(),
        ]

    def may_answer(self, request: HttpRequest) -> bool:
        return request.user.has_perm("payments.answer_dispute")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        dispute = self.get_object(request, object_id)
        may_act = bool(dispute and dispute.is_answerable and self.may_answer(request))
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "may_answer": may_act}
        )

    def answer_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Show the evidence, as it is saved at Stripe or else as prepared; on POST save it there or send it."""
        dispute = self._get_dispute(request, pk)
        if not dispute.is_answerable:
            return self._leave(request, dispute)
        try:
            saved = disputes.retrieve_evidence(dispute.stripe_dispute_id)
        except APIException as error:
            messages.error(request, str(error.detail))
            return self._redirect(dispute)
        if request.method == "POST":
            form = EvidenceForm(request.POST, saved=saved)
            if form.is_valid() and self._save_or_send(request, dispute, form):
                return self._redirect(dispute)
        else:
            prepared = prepare_evidence(dispute)
            texts = prepared if "prepared" in request.GET else prepared | saved
            form = EvidenceForm(saved=saved, initial={**texts, "seen": dispute.answers})
        title = format_lazy(_("Answer: {dispute}"), dispute=str(dispute))
        return self._render(request, dispute, "answer", title=title, form=form, saved=saved)

    def receipt_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Show the receipt that goes with an answer."""
        pdf = draw_receipt(self._get_dispute(request, pk).order)
        return HttpResponse(pdf, content_type="application/pdf")

    def accept_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Ask for a reason; on POST give the dispute up."""
        dispute = self._get_dispute(request, pk)
        if not dispute.is_answerable:
            return self._leave(request, dispute)
        form = AcceptForm(request.POST or None, initial={"seen": dispute.answers})
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            accept = partial(accept_dispute, dispute, seen=data["seen"])
            done = gettext("The dispute is accepted: the customer keeps the money.")
            self._act(request, dispute, "accept", accept, reason=data["reason"], done=done)
            return self._redirect(dispute)
        title = format_lazy(_("Accept: {dispute}"), dispute=str(dispute))
        return self._render(request, dispute, "accept", title=title, form=form)

    def _save_or_send(self, request: HttpRequest, dispute: Dispute, form: EvidenceForm) -> bool:
        """Save or send the texts; return whether that succeeded."""
        send = form.is_sent
        seen = form.cleaned_data["seen"]
        answer = partial(answer_dispute, dispute, form.evidence, seen=seen, submit=send)
        done = gettext("Sent to the bank.") if send else gettext("Saved at Stripe, not sent.")
        action = "answer" if send else "save_answer"
        return self._act(request, dispute, action, answer, done=done)

    def _act(
        self,
        request: HttpRequest,
        dispute: Dispute,
        action: str,
        act: Any,
        *,
        done: str,
        reason: str = "",
    ) -> bool:
        try:
            self.perform(request, dispute, action, act, reason=reason, is_outside=True)
        except APIException as error:
            messages.error(request, str(error.detail))
            return False
        messages.success(request, done)
        return True

    def _get_dispute(self, request: HttpRequest, pk: str) -> Dispute:
        dispute: Dispute | None = self.get_object(request, pk)
        if dispute is None or not self.may_answer(request):
            raise PermissionDenied
        return dispute

    def _leave(self, request: HttpRequest, dispute: Dispute) -> HttpResponseRedirect:
        messages.warning(request, gettext("This dispute takes no answer: it was sent or decided."))
        return self._redirect(dispute)

    def _redirect(self, dispute: Dispute) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:payments_dispute_change", args=(dispute.pk,)))

    def _render(
        self, request: HttpRequest, dispute: Dispute, page: str, **context: Any
    ) -> TemplateResponse:
        order = dispute.order
        shown = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "dispute": dispute,
            "amount": currencies.display(dispute.amount, order.currency),
            **context,
        }
        return TemplateResponse(request, f"admin/payments/dispute/{page}.html", shown)
