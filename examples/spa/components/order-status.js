import { html } from "../html.js";

/** The words for a status, its colour, and the sentence that explains it. */
const STATUSES = {
  created: ["Not paid", "off", "The payment was not begun."],
  pending: ["Waiting for payment", "off", "The payment page is open. If you have paid, check with Stripe."],
  processing: ["Payment under way", "off", "Your bank is still working on the payment. The course is yours when it arrives."],
  paid: ["Paid", "", "The course is yours."],
  partially_refunded: ["Partly refunded", "", "A part of the money was given back. The course is still yours."],
  refunded: ["Refunded", "off", "The money was given back, and access to the course has ended."],
  disputed: ["Disputed", "bad", "Your bank asks for the money back. Access waits until this is decided."],
  charged_back: ["Charged back", "bad", "Your bank took the money back, and access to the course has ended."],
  expired: ["Expired", "off", "The payment page was closed before anything was paid."],
  canceled: ["Canceled", "off", "The payment was canceled. Nothing was charged."],
  failed: ["Payment failed", "bad", "The payment failed. Nothing was charged."],
  needs_review: ["Under review", "off", "We look at this payment ourselves and will e-mail you."],
};

export function statusBadge(status) {
  const [words, kind] = STATUSES[status] ?? [status, "off"];
  return html`<span class="badge ${kind}">${words}</span>`;
}

export const explainStatus = (status) => STATUSES[status]?.[2];
