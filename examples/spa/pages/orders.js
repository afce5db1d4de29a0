// GET /payments/orders: what I bought or began to buy, newest first, each with its receipt and the way to a refund.

import { api, ask, button, day, facts, field, html, list, moment, money, notice, price, thumbnail } from "../shop.js";

/** The words for a status, the colour of its badge, and the sentence that explains it. */
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
const UNPAID = ["created", "pending"];
const OPEN = [...UNPAID, "processing"];
const REFUNDABLE = ["paid", "partially_refunded"];

export async function ordersPage({ get }) {
  const first = await get("/payments/orders");
  const empty = html`<h2>No orders yet</h2><p>What you buy is listed here, with its receipt. <a href="/">Browse the courses</a></p>`;
  return html`<section class="medium stack">
    <h1>My orders</h1>
    ${list(first, row, empty)}
  </section>`;
}

const row = ({ id, course, created_at, status, total_amount }) => html`<li>
  ${thumbnail(course)}
  <div class="grow"><h2><a href="/orders/${id}">${course.title}</a></h2><p class="muted">${day(created_at)}</p></div>
  ${statusBadge(status)} <strong>${price(total_amount)}</strong>
</li>`;

function statusBadge(status) {
  const [words, kind] = STATUSES[status] ?? [status, "off"];
  return html`<span class="badge ${kind}">${words}</span>`;
}

export async function orderPage({ params, get }) {
  const page = html`<section class="medium stack"></section>`;
  const show = (order) => page.replaceChildren(details(order, change));
  const change = (order) => (show(order), page.querySelector("h1").focus());
  show(await get(`/payments/orders/${params.id}`));
  return page;
}

function details(order, change) {
  const { id, course, status, receipt_url } = order;
  async function sync() {
    const now = await api.post(`/payments/orders/${id}/sync`);
    notice(now.status === status ? "Stripe knows nothing newer." : "The order is up to date.");
    change(now);
  }
  async function pay() {
    const { checkout_url } = await api.post("/payments/checkout", { course: course.id });
    location.assign(checkout_url ?? `/courses/${course.slug}`);
  }
  return html`<p><a href="/orders">My orders</a></p>
    <h1 tabindex="-1">${course.title}</h1>
    <p>${statusBadge(status)} ${STATUSES[status]?.[2]}</p>
    <div class="panel">${facts(linesOf(order))}</div>
    <div class="actions">
      ${UNPAID.includes(status) && button("Go on paying", pay, { class: "primary" })}
      ${OPEN.includes(status) && button("Check with Stripe", sync)}
      ${receipt_url && html`<a class="button" href=${receipt_url} target="_blank" rel="noopener">Receipt</a>`}
      <a class="button" href="/courses/${course.slug}">To the course</a>
      ${REFUNDABLE.includes(status) && receipt_url && button("Ask for a refund", () => askForRefund(order, change), { class: "danger" })}
    </div>
    <p class="muted">Order ${id}</p>`;
}

const linesOf = ({ list_amount, discount_amount, coupon, tax_amount, total_amount, refunded_amount, created_at, paid_at }) => [
  ["Price", money(list_amount)],
  [coupon ? `Discount (${coupon})` : "Discount", discount_amount.amount > 0 && `−${money(discount_amount)}`],
  ["Tax", tax_amount.amount > 0 && money(tax_amount)],
  ["Total", money(total_amount), "total"],
  ["Given back", refunded_amount.amount > 0 && money(refunded_amount)],
  ["Ordered", moment(created_at)],
  ["Paid", paid_at && moment(paid_at)],
];

async function askForRefund(order, change) {
  const now = await ask("Ask for a refund", {
    class: "form danger",
    intro: html`<p>You get ${money(order.total_amount)} back, and your access to “${order.course.title}” ends.</p>`,
    fields: field({ label: "Why? (you need not say)", name: "reason", type: "textarea", maxlength: 500, hint: "At most 500 characters." }),
    submit: "Refund this order",
    send: (values) => api.post(`/payments/orders/${order.id}/refund`, values),
  });
  if (!now) return;
  notice(now.status === "refunded" ? "The money is on its way to you." : "We have your request. The refund can take a few days.");
  change(now);
}
