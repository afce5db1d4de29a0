// GET /instructors/{id}: a public profile.

import { api, avatar, courseCard, html, plural, rating } from "../shop.js";

export default async function instructorPage({ params, signal }) {
  const person = await api.get(`/instructors/${params.id}`, {}, { signal });
  return html`<section class="stack-large">
    <header class="profile">${avatar(person)}<div>
      <h1>${person.name}</h1>
      <p class="lead">${person.headline}</p>
      <p class="row">${rating(person.rating)}<span>${plural(person.student_count, "student")}</span><span>${plural(person.course_count, "course")}</span></p>
    </div></header>
    ${person.bio && html`<p class="bio">${person.bio}</p>`}
    <h2>Courses</h2>
    <div class="grid">${person.courses.map(courseCard)}</div>
  </section>`;
}
