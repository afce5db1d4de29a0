// Who learns and where they stop; what my courses have earned, after tax and fees, from the ledger.

import { api, avatar, courseHead, day, guarded, html, list, money, plural, save, table, teachingNav } from "../shop.js";

export async function teachStudentsPage({ params, signal }) {
  const id = params.course;
  const [course, students, statistics] = await Promise.all([
    api.get(`/courses/${id}`, {}, { signal }),
    api.get(`/courses/${id}/students`, {}, { signal }),
    api.get(`/courses/${id}/statistics`, {}, { signal }),
  ]);
  const download = guarded(async () => save(await api.get(`/courses/${id}/students/csv`), `${course.slug}-students.csv`));
  const empty = html`<h2>No students yet</h2><p>Whoever takes the course is listed here, with how far they are.</p>`;
  return html`<section class="medium stack">
    ${courseHead(course, "students")}
    ${tiles(statistics)}
    <section class="stack" aria-label="Students">
      <div class="spread"><h2>Students</h2>${students.results.length > 0 && html`<button type="button" onclick=${download}>Download as CSV</button>`}</div>
      ${list(students, row, html`<ul class="plain rows"></ul>`, empty)}
    </section>
    ${statistics.students > 0 && lectures(statistics)}
  </section>`;
}

function tiles({ students, active_last_30_days, completed, average_percentage }) {
  const facts = [["Students", students], ["Active in 30 days", active_last_30_days], ["Completed", completed], ["On average at", `${average_percentage} %`]];
  return html`<dl class="tiles">${facts.map(([name, value]) => html`<div class="panel"><dt>${name}</dt><dd>${value.toLocaleString()}</dd></div>`)}</dl>`;
}

function row({ student, percentage, completed_lectures, total_lectures, enrolled_at, last_activity_at }) {
  return html`<li>
    ${avatar(student)}
    <div class="grow"><strong>${student.name}</strong>
      <p class="muted">Since ${day(enrolled_at)}, last seen ${day(last_activity_at)}</p></div>
    <div class="share"><progress max="100" value=${percentage} aria-label="Progress of ${student.name}"></progress>
      <small>${percentage} %: ${completed_lectures} of ${plural(total_lectures, "lecture")}</small></div>
  </li>`;
}

function lectures({ lectures }) {
  const columns = [
    ["Lecture", ({ title }) => title],
    ["Began", ({ started }) => started, "number"],
    ["Completed", ({ completed }) => completed, "number"],
    ["Stopped here", ({ stopped_here }) => stopped_here, "number"],
  ];
  return html`<section class="stack" aria-label="Lectures"><h2>Lecture by lecture</h2>${table("How many students began, completed and stopped at each lecture", columns, lectures)}</section>`;
}

const COLUMNS = [
  ["Course", ({ course }) => html`<a href="/teach/${course.id}">${course.title}</a>`],
  ["Sales", ({ sales }) => sales.toLocaleString(), "number"],
  ["Earned", ({ earned }) => money(earned), "number"],
];

export async function teachEarningsPage({ signal }) {
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
