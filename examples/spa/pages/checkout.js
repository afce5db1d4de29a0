// The return from the payment page. POST /payments/orders/{id}/sync asks the provider, so a late webhook does not matter.

import { api, day, facts, go, html, message, money } from "../shop.js";

const PAUSES_S = [1, 2, 3, 5, 8, 13, 21]; // while the payment is being processed
const WAITING = ["created", "pending", "processing"];
const PAID = ["paid", "partially_refunded"];

export async function checkoutSuccessPage({ query, signal }) {
  if (!query.order) return go("/orders", { replace: true });
  const page = html`<div aria-live="polite"></div>`;
  const show = (order) => page.replaceChildren(stateOf(order));
  const order = await sync(query.order, signal);
  show(order);
  if (WAITING.includes(order.status)) poll(order, show, signal);
  return page;
}

const sync = (id, signal) => api.post(`/payments/orders/${id}/sync`, undefined, { signal });

async function poll(order, show, signal) {
  for (const seconds of PAUSES_S) {
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    if (signal.aborted) return;
    const now = await sync(order.id, signal).catch(() => order); // asked again after the next pause
    if (!WAITING.includes(now.status)) return show(now);
  }
}

function stateOf(order) {
  if (PAID.includes(order.status)) return receipt(order);
  if (WAITING.includes(order.status)) return message("Your payment is being processed", html`
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

export function checkoutCancelPage() {
  return message("You did not pay", html`<p>Nothing was charged. The course is still there when you are ready.</p>
    <p class="actions center"><a class="button primary" href="/">Browse the courses</a> <a class="button" href="/orders">My orders</a></p>`);
}
