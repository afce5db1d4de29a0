// POST and PATCH /courses, PUT /courses/{id}/thumbnail: what a course is, without its outline.

import { api, courseForm, courseHead, go, html, notice, panel, pictureForm, thumbnail } from "../shop.js";

export default async function teachDetails({ params, signal }) {
  const id = params.course; // none for a new course
  const [{ results: categories }, course] = await Promise.all([
    api.get("/categories", { page_size: 100 }, { signal }),
    id && api.get(`/courses/${id}`, {}, { signal }),
  ]);
  return course ? details(course, categories) : newCourse(categories);
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

function details(course, categories) {
  const { id } = course;
  const save = async (values) => (await api.patch(`/courses/${id}`, values), notice("The details are saved."));
  const picture = (again) => {
    const take = (changed) => ((course = changed), again());
    const put = async (body) => take(await api.put(`/courses/${id}/thumbnail`, body));
    const remove = async () => take(await api.patch(`/courses/${id}`, { thumbnail: null }));
    return pictureForm({ name: "thumbnail", shown: thumbnail(course), put, remove: course.thumbnail && remove });
  };
  return html`<section class="medium stack">
    ${courseHead(course, "details")}
    ${panel("Picture", picture)}
    ${panel("Details", () => courseForm({ course, categories, submit: "Save details", send: save }))}
  </section>`;
}
