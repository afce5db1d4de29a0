// GET /payments/orders: what I bought or began to buy, each with its receipt and the way to a refund.

import { api, day, dialog, field, form, guarded, html, list, moment, money, notice, price, thumbnail } from "../shop.js";

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

function statusBadge(status) {
  const [words, kind] = STATUSES[status] ?? [status, "off"];
  return html`<span class="badge ${kind}">${words}</span>`;
}

const explainStatus = (status) => STATUSES[status]?.[2];

export async function ordersPage({ signal }) {
  const first = await api.get("/payments/orders", {}, { signal });
  const empty = html`<h2>No orders yet</h2><p>What you buy is listed here, with its receipt. <a href="/">Browse the courses</a></p>`;
  return html`<section class="medium stack">
    <h1>My orders</h1>
    ${list(first, row, html`<ul class="plain rows"></ul>`, empty)}
  </section>`;
}

function row({ id, course, created_at, status, total_amount }) {
  return html`<li>
    ${thumbnail(course)}
    <div class="grow"><h2><a href="/orders/${id}">${course.title}</a></h2><p class="muted">${day(created_at)}</p></div>
    ${statusBadge(status)} <strong>${price(total_amount)}</strong>
  </li>`;
}

const UNPAID = ["created", "pending"];
const OPEN = [...UNPAID, "processing"];
const REFUNDABLE = ["paid", "partially_refunded"];

export async function orderPage({ params, signal }) {
  const page = html`<section class="medium stack"></section>`;
  const show = (order) => page.replaceChildren(details(order, change));
  const change = (order) => (show(order), page.querySelector("h1").focus());
  show(await api.get(`/payments/orders/${params.id}`, {}, { signal }));
  return page;
}

function details(order, change) {
  const { id, course, status } = order;
  const sync = guarded(async () => {
    const now = await api.post(`/payments/orders/${id}/sync`);
    notice(now.status === status ? "Stripe knows nothing newer." : "The order is up to date.");
    change(now);
  });
  const pay = guarded(async () => {
    const { checkout_url } = await api.post("/payments/checkout", { course: course.id });
    location.assign(checkout_url ?? `/courses/${course.slug}`);
  });
  return html`<p><a href="/orders">My orders</a></p>
    <h1 tabindex="-1">${course.title}</h1>
    <p>${statusBadge(status)} ${explainStatus(status)}</p>
    <div class="panel"><dl class="facts">${facts(order).map(([name, value, kind]) => html`<div class=${kind}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></div>
    <div class="actions">
      ${UNPAID.includes(status) && html`<button class="primary" type="button" onclick=${pay}>Go on paying</button>`}
      ${OPEN.includes(status) && html`<button type="button" onclick=${sync}>Check with Stripe</button>`}
      ${order.receipt_url && html`<a class="button" href=${order.receipt_url} target="_blank" rel="noopener">Receipt</a>`}
      <a class="button" href="/courses/${course.slug}">To the course</a>
      ${REFUNDABLE.includes(status) && order.receipt_url && html`<button class="danger" type="button" onclick=${() => askForRefund(order, change)}>Ask for a refund</button>`}
    </div>
    <p class="muted">Order ${id}</p>`;
}

function facts({ list_amount, discount_amount, coupon, tax_amount, total_amount, refunded_amount, created_at, paid_at }) {
  return [
    ["Price", money(list_amount)],
    discount_amount.amount > 0 && [coupon ? `Discount (${coupon})` : "Discount", `−${money(discount_amount)}`],
    tax_amount.amount > 0 && ["Tax", money(tax_amount)],
    ["Total", money(total_amount), "total"],
    refunded_amount.amount > 0 && ["Given back", money(refunded_amount)],
    ["Ordered", moment(created_at)],
    paid_at && ["Paid", moment(paid_at)],
  ].filter(Boolean);
}

function askForRefund(order, change) {
  const reason = field({ label: "Why? (you need not say)", name: "reason", type: "textarea", maxlength: 500, hint: "At most 500 characters." });
  const send = async (values, close) => {
    const now = await api.post(`/payments/orders/${order.id}/refund`, values);
    close();
    notice(now.status === "refunded" ? "The money is on its way to you." : "We have your request. The refund can take a few days.");
    change(now);
  };
  return dialog("Ask for a refund", (close) => html`<div class="stack">
    <p>You get ${money(order.total_amount)} back, and your access to “${order.course.title}” ends.</p>
    ${form({ class: "form danger", fields: reason, submit: "Refund this order", send: (values) => send(values, close) })}
  </div>`);
}
