// GET /courses/mine: the courses that I write, in all their states.

import { api, COURSE_STATUSES, courseBadge, html, list, plural, price, tabs, teachingNav, thumbnail } from "../shop.js";

export default async function teach({ query, signal }) {
  const { status } = query;
  const first = await api.get("/courses/mine", { status }, { signal });
  const states = Object.entries(COURSE_STATUSES).map(([key, words]) => [`/teach?status=${key}`, words]);
  const none = status ? html`<h2>None of these</h2><p>You have no course in this state. <a href="/teach">Show all</a></p>`
    : html`<h2>Write your first course</h2><p>It starts as a draft that only you see. <a href="/teach/new">Begin</a></p>`;
  return html`<section class="medium stack">
    <div class="spread"><h1>My teaching</h1><a class="button primary" href="/teach/new">New course</a></div>
    ${teachingNav()}
    ${tabs("State", [["/teach", "All"], ...states])}
    ${list(first, row, html`<ul class="plain rows"></ul>`, none)}
  </section>`;
}

function row(course) {
  return html`<li>
    ${thumbnail(course)}
    <div class="grow"><h2><a href="/teach/${course.id}">${course.title}</a></h2>
      <p class="muted">${plural(course.lecture_count, "lecture")} · ${plural(course.enrolled_count, "student")} · ${price(course.price)}</p></div>
    ${courseBadge(course.status)}
  </li>`;
}
