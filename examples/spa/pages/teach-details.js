// POST and PATCH /courses, PUT /courses/{id}/thumbnail: what a course is, without its outline.

import { api, courseForm, courseHead, go, html, notice, panel, pictureForm, thumbnail } from "../shop.js";

export default async function teachDetails({ params, signal }) {
  const path = `/courses/${params.course}`;
  const [{ results: categories }, course] = await Promise.all([
    api.get("/categories", { page_size: 100 }, { signal }),
    params.course && api.get(path, {}, { signal }),
  ]);
  return course ? details(path, course, categories) : newCourse(categories);
}

function newCourse(categories) {
  async function create(values) {
    const course = await api.post("/courses", values);
    notice("Your draft is saved. Add sections and lectures next.");
    go(`/teach/${course.id}`);
  }
  return html`<section class="medium stack">
    <p><a href="/teach">My teaching</a></p>
    <h1>New course</h1>
    <p>You can change all of this later. Nobody else sees the course until you publish it.</p>
    ${courseForm({ categories, submit: "Create the draft", send: create })}
  </section>`;
}

function details(path, course, categories) {
  async function save(values) {
    await api.patch(path, values);
    notice("The details are saved.");
  }
  const picture = (again) => {
    const take = (changed) => ((course = changed), again());
    return pictureForm({
      name: "thumbnail",
      shown: thumbnail(course),
      put: async (body) => take(await api.put(`${path}/thumbnail`, body)),
      remove: course.thumbnail && (async () => take(await api.patch(path, { thumbnail: null }))),
    });
  };
  return html`<section class="medium stack">
    ${courseHead(course, "details")}
    ${panel("Picture", picture)}
    ${panel("Details", () => courseForm({ course, categories, submit: "Save details", send: save }))}
  </section>`;
}
