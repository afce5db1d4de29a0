// GET /payments/orders: what I bought or began to buy, newest first.

import { api, day, html, list, price, statusBadge, thumbnail } from "../shop.js";

export default async function orders({ signal }) {
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
