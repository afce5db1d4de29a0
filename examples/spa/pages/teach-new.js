// POST /courses: a new draft.

import { api, courseForm, go, html, notice } from "../shop.js";

export default async function teachNew({ signal }) {
  const { results: categories } = await api.get("/categories", { page_size: 100 }, { signal });
  async function send(values) {
    const course = await api.post("/courses", values);
    notice("Your draft is saved. Add sections and lectures next.");
    go(`/teach/${course.id}`);
  }
  return html`<section class="medium stack">
    <p><a href="/teach">My teaching</a></p>
    <h1>New course</h1>
    <p>You can change all of this later. Nobody else sees the course until you publish it.</p>
    ${courseForm({ categories, submit: "Create the draft", send })}
  </section>`;
}
