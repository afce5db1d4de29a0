// PATCH /courses/{id} and PUT /courses/{id}/thumbnail.

import { api, courseForm, courseHead, html, notice, panel, pictureForm, thumbnail } from "../shop.js";

export default async function teachDetails({ params, signal }) {
  const path = `/courses/${params.course}`;
  let [course, { results: categories }] = await Promise.all([
    api.get(path, {}, { signal }),
    api.get("/categories", { page_size: 100 }, { signal }),
  ]);
  async function save(values) {
    await api.patch(path, values);
    notice("The details are saved.");
  }
  const picture = (again) => {
    const take = (changed) => ((course = changed), again());
    return pictureForm({
      name: "thumbnail",
      label: "New picture",
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
