// /payments/orders: what I bought or began to buy, its receipt, the way to a refund; and the return from the payment page.
import { api, ask, button, day, facts, field, go, html, list, message, moment, money, notice, pay, price, thumbnail } from "../shop.js";

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
const PAID = ["paid", "partially_refunded"];
const PAUSES_S = [1, 2, 3, 5, 8, 13, 21]; // while the payment is being processed

export async function ordersPage({ get }) {
  const first = await get("/payments/orders");
  const empty = html`<h2>No orders yet</h2><p>What you buy is listed here, with its receipt. <a href="/">Browse the courses</a></p>`;
  return html`<section class="medium stack"><h1>My orders</h1>${list(first, row, empty)}</section>`;
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
  async function check() {
    const now = await sync(id);
    notice(now.status === status ? "Stripe knows nothing newer." : "The order is up to date.");
    change(now);
  }
  return html`<p><a href="/orders">My orders</a></p>
    <h1 tabindex="-1">${course.title}</h1>
    <p>${statusBadge(status)} ${STATUSES[status]?.[2]}</p>
    <div class="panel">${facts(linesOf(order))}</div>
    <div class="actions">
      ${UNPAID.includes(status) && button("Go on paying", () => pay(course), { class: "primary" })}
      ${OPEN.includes(status) && button("Check with Stripe", check)}
      ${receipt_url && html`<a class="button" href=${receipt_url} target="_blank" rel="noopener">Receipt</a>`}
      <a class="button" href="/courses/${course.slug}">To the course</a>
      ${PAID.includes(status) && receipt_url && button("Ask for a refund", () => askForRefund(order, change), { class: "danger" })}
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

export async function checkoutSuccessPage({ query, signal }) {
  if (!query.order) return go("/orders", { replace: true });
  const page = html`<div aria-live="polite"></div>`;
  const show = (order) => page.replaceChildren(stateOf(order));
  const order = await sync(query.order, signal);
  show(order);
  if (OPEN.includes(order.status)) poll(order, show, signal);
  return page;
}

/** Ask the payment provider, so that a late webhook does not matter. */
const sync = (id, signal) => api.post(`/payments/orders/${id}/sync`, undefined, { signal });

async function poll(order, show, signal) {
  for (const seconds of PAUSES_S) {
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    if (signal.aborted) return;
    const now = await sync(order.id, signal).catch(() => order); // asked again after the next pause
    if (!OPEN.includes(now.status)) return show(now);
  }
}

function stateOf(order) {
  if (PAID.includes(order.status)) return receipt(order);
  if (OPEN.includes(order.status)) return message("Your payment is being processed", html`
    <p>Some ways to pay take a few minutes, some take days. “${order.course.title}” opens as soon as the money is here. You may close this page.</p>
    <p><a class="button" href="/orders">My orders</a></p>`);
  return message("The payment did not succeed", html`<p>Nothing was charged for “${order.course.title}”, or it was given back.</p>
    <p><a class="button primary" href="/courses/${order.course.slug}">Back to the course</a></p>`);
}

function receipt({ course, paid_at, receipt_url, list_amount, discount_amount, tax_amount, refunded_amount, total_amount }) {
  const lines = [
    ["Price", money(list_amount)],
    ["Discount", discount_amount.amount > 0 && money(discount_amount)],
    ["Tax", tax_amount.amount > 0 && money(tax_amount)],
    ["Refunded", refunded_amount.amount > 0 && money(refunded_amount)],
    [`Paid on ${day(paid_at)}`, money(total_amount), "total"],
  ];
  return html`<section class="narrow">
    <p class="tick-mark center" aria-hidden="true">✓</p>
    <h1 class="center">Thank you!</h1>
    <p class="center">“${course.title}” is yours.</p>
    <div class="panel">${facts(lines)}</div>
    <div class="actions center"><a class="button primary" href="/learn/${course.slug}">Start the course</a>
      ${receipt_url && html`<a class="button" href=${receipt_url} target="_blank" rel="noopener">Receipt</a>`}</div>
  </section>`;
}

export const checkoutCancelPage = () =>
  message("You did not pay", html`<p>Nothing was charged. The course is still there when you are ready.</p>
    <p class="actions center"><a class="button primary" href="/">Browse the courses</a> <a class="button" href="/orders">My orders</a></p>`);
