// Who learns and where they stop; what they say, and my reply; what my courses have earned, after tax and fees.
import { api, avatar, button, courseHead, day, facts, html, list, money, plural, progressBar, reviews, save, table, teachingNav } from "../shop.js";

export async function teachStudentsPage({ params, get }) {
  const id = params.course;
  const course = await get(`/courses/${id}`);
  const [students, statistics] = await Promise.all([get(`/courses/${id}/students`), get(`/courses/${id}/statistics`)]);
  const download = async () => save(await api.get(`/courses/${id}/students/csv`), `${course.slug}-students.csv`);
  const empty = html`<h2>No students yet</h2><p>Whoever takes the course is listed here, with how far they are.</p>`;
  return html`<section class="medium stack">
    ${courseHead(course, "students")}
    ${summary(statistics)}
    <section class="stack" aria-label="Students">
      <div class="spread"><h2>Students</h2>${students.results.length > 0 && button("Download as CSV", download)}</div>
      ${list(students, row, empty)}
    </section>
    ${statistics.students > 0 && byLecture(statistics)}
  </section>`;
}

const summary = ({ students, active_last_30_days, completed, average_percentage }) => tiles([
  ["Students", students], ["Active in 30 days", active_last_30_days],
  ["Completed", completed], ["On average at", `${average_percentage} %`],
]);

const tiles = (lines) => facts(lines.map(([name, value]) => [name, value.toLocaleString(), "panel"]), "tiles");

const row = ({ student, percentage, completed_lectures, total_lectures, enrolled_at, last_activity_at }) => html`<li>
  ${avatar(student)}
  <div class="grow"><strong>${student.name}</strong>
    <p class="muted">Since ${day(enrolled_at)}, last seen ${day(last_activity_at)}</p></div>
  <div class="share">${progressBar(percentage, `Progress of ${student.name}`)}
    <small>${percentage} %: ${completed_lectures} of ${plural(total_lectures, "lecture")}</small></div>
</li>`;

function byLecture({ lectures }) {
  const columns = [
    ["Lecture", ({ title }) => title],
    ["Began", ({ started }) => started, "number"],
    ["Completed", ({ completed }) => completed, "number"],
    ["Stopped here", ({ stopped_here }) => stopped_here, "number"],
  ];
  return html`<section class="stack" aria-label="Lectures"><h2>Lecture by lecture</h2>
    ${table("How many students began, completed and stopped at each lecture", columns, lectures)}</section>`;
}

export async function teachReviewsPage({ params, get }) {
  const course = await get(`/courses/${params.course}`);
  const none = html`<div class="empty-state"><h2>No reviews</h2><p>They are shown while the course is published.</p></div>`;
  return html`<section class="medium stack">
    ${courseHead(course, "reviews")}
    ${course.status === "published" ? await reviews(course, get) : none}
  </section>`;
}

export async function teachEarningsPage({ get }) {
  const { balances, months } = await get("/payments/earnings");
  const byMonth = Object.entries(Object.groupBy(months, ({ month }) => month));
  return html`<section class="medium stack"><h1>Earnings</h1>
    ${teachingNav()}
    ${tiles(balances.map((each) => [`Balance in ${each.currency.toUpperCase()}`, money(each)]))}
    ${byMonth.map(([month, rows]) => monthTable(monthName(month), rows))}
    ${!byMonth.length && html`<div class="empty-state"><h2>Nothing earned yet</h2><p>Your share of each sale is listed here by month. <a href="/teach">Publish a course</a> to begin.</p></div>`}
  </section>`;
}

function monthTable(month, rows) {
  const columns = [
    ["Course", ({ course }) => html`<a href="/teach/${course.id}">${course.title}</a>`],
    ["Sales", ({ sales }) => sales.toLocaleString(), "number"],
    ["Earned", ({ earned }) => money(earned), "number"],
  ];
  return html`<section class="stack"><h2>${month}</h2>${table(`Earnings in ${month}`, columns, rows)}</section>`;
}

/** "2026-11" -> "November 2026". */
const monthName = (month) => new Date(`${month}-15`).toLocaleDateString(undefined, { month: "long", year: "numeric" });
