// GET /teaching/overview: what my courses have brought, and the last 30 days of all of them, in one call.
import { courseBadge, html, money, rating, table, teachingNav } from "../shop.js";

export async function teachPage({ get }) {
  const { results, days } = await get("/teaching/overview");
  const none = html`<div class="empty-state"><h2>Write your first course</h2>
    <p>It starts as a draft that only you see. <a href="/teach/new">Begin</a></p></div>`;
  return html`<section class="medium stack">
    <div class="spread"><h1>My teaching</h1><a class="button primary" href="/teach/new">New course</a></div>
    ${teachingNav()}
    ${results.length ? [lastDays(days), courses(results)] : none}
  </section>`;
}

const shortDay = (date) => new Date(date).toLocaleDateString(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
const moneys = (amounts) => amounts.filter(({ amount }) => amount).map(money).join(" + ") || "–";

function lastDays(days) {
  const columns = [
    ["Day", ({ date }) => shortDay(date)],
    ["Enrolled", ({ enrolled }) => enrolled, "number"],
    ["Completed", ({ completed }) => completed, "number"],
    ["Earned", ({ revenue }) => moneys(revenue), "number"],
  ];
  return html`<section class="stack"><h2>The last 30 days</h2>
    <div class="charts">
      ${chart("Enrolled", days, ({ enrolled }) => enrolled)}
      ${chart("Completed", days, ({ completed }) => completed)}
      ${days[0].revenue.map(({ currency }, index) => /* every day has the same currencies */
        chart(`Earned in ${currency.toUpperCase()}`, days, ({ revenue }) => revenue[index].amount, (amount) => money({ amount, currency })))}
    </div>
    <details><summary>Day by day</summary>${table("The last 30 days, day by day", columns, days.toReversed())}</details>
  </section>`;
}

/** Bars, a day each, with their sum above; the table below holds the same for who does not see them. */
function chart(title, days, valueOf, words = (count) => count.toLocaleString()) {
  const values = days.map(valueOf);
  const most = Math.max(...values, 1);
  const bar = (value, index) => (value > 0 ? `M${index * 10 + 1} 100V${100 - (value / most) * 96}h8V100z` : "");
  const total = words(values.reduce((sum, value) => sum + value, 0));
  return html`<figure class="panel chart">
    <figcaption>${title} <strong>${total}</strong></figcaption>
    <svg viewBox="0 0 300 100" preserveAspectRatio="none" role="img" aria-label="${title}, by day"><path ${{ d: values.map(bar).join("") }}></path></svg>
    <p class="muted spread"><span>${shortDay(days[0].date)}</span><span>${shortDay(days.at(-1).date)}</span></p>
  </figure>`;
}

function courses(results) {
  const columns = [
    ["Course", ({ course }) => html`<a href="/teach/${course.id}">${course.title}</a> ${course.status !== "published" && courseBadge(course.status)}`],
    ["Students", ({ students }) => students.toLocaleString(), "number"],
    ["Completed", ({ completions }) => completions.toLocaleString(), "number"],
    ["Rating", (row) => html`<a href="/teach/${row.course.id}/reviews">${rating(row.rating)}</a>`, "number"],
    ["Earned", ({ revenue }) => moneys(revenue), "number"],
  ];
  return html`<section class="stack"><h2>Courses</h2>${table("My courses, and what they have brought", columns, results)}</section>`;
}
