// GET /enrollments: my courses, the last one first.

import { api, html, list, plural, thumbnail } from "../shop.js";

export default async function myCoursesPage({ signal }) {
  const enrollments = await api.get("/enrollments", { page_size: 12 }, { signal });
  const empty = html`<h2>No course yet</h2><p>What you buy or take for free is kept here.</p><p><a class="button primary" href="/">Browse the courses</a></p>`;
  return html`<section class="stack-large"><div class="spread"><h1>My courses</h1><a href="/certificates">My certificates</a></div>
    ${list(enrollments, enrollmentCard, html`<div class="grid"></div>`, empty)}</section>`;
}

function enrollmentCard({ course, percentage, completed_lectures, total_lectures, is_completed, certificate }) {
  return html`<article class="card">
    ${thumbnail(course)}
    <div class="body">
      <h2><a href="/learn/${course.slug}">${course.title}</a></h2>
      <p class="muted">${course.instructor.name}</p>
      <div class="stack-small foot-box">
        <progress max="100" value=${percentage} aria-label="Progress"></progress>
        <p class="muted spread"><span>${completed_lectures} of ${plural(total_lectures, "lecture")}</span><strong>${percentage}%</strong></p>
        ${certificate && html`<a class="above" href="/certificates/${certificate}">View the certificate</a>`}
        ${is_completed && !certificate && html`<span class="badge">Completed</span>`}
      </div>
    </div>
  </article>`;
}
