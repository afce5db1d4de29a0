// GET /courses/{id}/grades: what my quizzes and assignments of a course have brought.
import { badge, html, moment, table } from "../shop.js";

export async function gradesPage({ params, get }) {
  const { results } = await get(`/courses/${params.course}/grades`);
  const home = `/learn/${params.course}`;
  const percent = (value) => (value === null ? "–" : `${value} %`);
  const columns = [
    ["Title", ({ lecture, title }) => html`<a href="${home}/${lecture}">${title}</a>`],
    ["Attempts", ({ attempts }) => attempts, "number"],
    ["Best", ({ best }) => percent(best), "number"],
    ["Counts", ({ counted }) => percent(counted), "number"],
    ["", ({ passed, due_at }) => (passed ? badge("✓ Passed") : due_at ? html`<span class="muted">Due ${moment(due_at)}</span>` : badge("Open", "off"))],
  ];
  return html`<section class="medium stack">
    <p><a href=${home}>Back to the course</a></p>
    <h1>My grades</h1>
    ${results.length ? table("My grades", columns, results) : html`<div class="empty-state"><h2>Nothing to grade</h2><p>This course has no quiz and no assignment.</p></div>`}
  </section>`;
}
