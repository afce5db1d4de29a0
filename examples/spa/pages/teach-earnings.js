// GET /payments/earnings: what my courses have earned, after tax and fees, from the ledger.

import { api, html, money, table, teachingNav } from "../shop.js";

const COLUMNS = [
  ["Course", ({ course }) => html`<a href="/teach/${course.id}">${course.title}</a>`],
  ["Sales", ({ sales }) => sales.toLocaleString(), "number"],
  ["Earned", ({ earned }) => money(earned), "number"],
];

export default async function teachEarnings({ signal }) {
  const { balances, months } = await api.get("/payments/earnings", {}, { signal });
  const byMonth = Object.entries(Object.groupBy(months, ({ month }) => month));
  return html`<section class="medium stack">
    <h1>Earnings</h1>
    ${teachingNav()}
    <dl class="tiles">${balances.map((each) => html`<div class="panel"><dt>Balance in ${each.currency.toUpperCase()}</dt><dd>${money(each)}</dd></div>`)}</dl>
    ${byMonth.map(([month, rows]) => html`<section class="stack"><h2>${monthName(month)}</h2>${table(`Earnings in ${monthName(month)}`, COLUMNS, rows)}</section>`)}
    ${!byMonth.length && html`<div class="empty-state"><h2>Nothing earned yet</h2><p>Your share of each sale is listed here by month. <a href="/teach">Publish a course</a> to begin.</p></div>`}
  </section>`;
}

/** "2026-11" -> "November 2026". */
const monthName = (month) => new Date(`${month}-15`).toLocaleDateString(undefined, { month: "long", year: "numeric" });
