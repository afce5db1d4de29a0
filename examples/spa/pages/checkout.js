// The return from the payment page. POST /payments/orders/{id}/sync asks the provider, so a late webhook does not matter.
// The return from the payment page without paying.

import { api, day, go, html, money } from "../shop.js";

const PAUSES_S = [1, 2, 3, 5, 8, 13, 21]; // while the payment is being processed
const WAITING = ["created", "pending", "processing"];
const PAID = ["paid", "partially_refunded"];

export async function checkoutSuccessPage({ query, signal }) {
  if (!query.order) return go("/orders", { replace: true });
  const page = html`<section class="narrow" aria-live="polite"></section>`;
  const show = (order) => page.replaceChildren(stateOf(order));
  const order = await ask(query.order, signal);
  show(order);
  if (WAITING.includes(order.status)) poll(order, show, signal);
  return page;
}

function stateOf(order) {
  if (WAITING.includes(order.status)) return waiting(order);
  return PAID.includes(order.status) ? receipt(order) : unpaid(order);
}

const ask = (id, signal) => api.post(`/payments/orders/${id}/sync`, undefined, { signal });

async function poll(order, show, signal) {
  for (const seconds of PAUSES_S) {
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    if (signal.aborted) return;
    const now = await ask(order.id, signal).catch(() => order); // asked again after the next pause
    if (!WAITING.includes(now.status)) return show(now);
  }
}

function receipt(order) {
  const lines = [["Price", order.list_amount], ["Discount", order.discount_amount], ["Tax", order.tax_amount], ["Refunded", order.refunded_amount]];
  const shown = lines.filter(([name, value]) => name === "Price" || value.amount);
  return html`<div>
    <p class="tick-mark center" aria-hidden="true">✓</p>
    <h1 class="center">Thank you!</h1>
    <p class="center">“${order.course.title}” is yours.</p>
    <div class="panel"><dl class="facts">
      ${shown.map(([name, value]) => html`<div><dt>${name}</dt><dd>${money(value)}</dd></div>`)}
      <div class="total"><dt>Paid on ${day(order.paid_at)}</dt><dd>${money(order.total_amount)}</dd></div>
    </dl></div>
    <div class="actions center"><a class="button primary" href="/learn/${order.course.slug}">Start the course</a>
      ${order.receipt_url && html`<a class="button" href=${order.receipt_url} target="_blank" rel="noopener">Receipt</a>`}</div>
  </div>`;
}

function waiting(order) {
  return html`<div class="center"><h1>Your payment is being processed</h1>
    <p>Some ways to pay take a few minutes, some take days. “${order.course.title}” opens as soon as the money is here. You may close this page.</p>
    <p><a class="button" href="/orders">My orders</a></p></div>`;
}

function unpaid(order) {
  return html`<div class="center"><h1>The payment did not succeed</h1><p>Nothing was charged for “${order.course.title}”, or it was given back.</p>
    <p><a class="button primary" href="/courses/${order.course.slug}">Back to the course</a></p></div>`;
}

export function checkoutCancelPage() {
  return html`<section class="narrow center"><h1>You did not pay</h1><p>Nothing was charged. The course is still there when you are ready.</p>
    <p class="actions center"><a class="button primary" href="/">Browse the courses</a> <a class="button" href="/orders">My orders</a></p></section>`;
}
