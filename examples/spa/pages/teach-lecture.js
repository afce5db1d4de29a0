// GET, PATCH, DELETE /lectures/{id}: the text of a lecture, and its files.

import { api, captionsPanel, confirm, field, form, go, guarded, html, mediaPanel, notice, panel } from "../shop.js";

export default async function teachLecture({ params, signal }) {
  const home = `/teach/${params.course}`;
  const [lecture, limits] = await Promise.all([
    api.get(`/lectures/${params.lecture}`, {}, { signal }),
    api.get("/media/limits", {}, { signal }),
  ]);
  const asset = (id) => api.get(`/media/assets/${id}`, {}, { signal });
  const file = lecture.next_asset ?? lecture.asset;
  const [media, captions] = await Promise.all([file && asset(file), Promise.all(lecture.captions.map(asset))]);
  const remove = guarded(async () => {
    const text = "Its file and what students noted about it go too. This cannot be undone.";
    if (!(await confirm({ title: `Delete “${lecture.title}”?`, text, action: "Delete the lecture", danger: true }))) return;
    await api.del(`/lectures/${lecture.id}`);
    notice("The lecture is deleted.");
    go(home, { replace: true });
  });
  return html`<section class="medium stack">
    <p><a href=${home}>Back to the outline</a></p>
    <h1>${lecture.title}</h1>
    ${lecture.kind !== "article" && mediaPanel(lecture, media, limits[lecture.kind], signal)}
    ${lecture.kind === "video" && captionsPanel(lecture, captions, limits.captions)}
    ${panel("Text and settings", () => lectureForm(lecture))}
    <p class="actions"><a class="button" href="/learn/${params.course}/${lecture.id}">See it as a student does</a>
      <button class="danger" type="button" onclick=${remove}>Delete the lecture</button></p>
  </section>`;
}

function lectureForm(lecture) {
  const { id, kind, title, description, body, is_preview, is_published } = lecture;
  const fields = [
    field({ label: "Title", name: "title", value: title, maxlength: 120, required: true, hint: "At most 120 characters." }),
    field({ label: "Description", name: "description", type: "textarea", value: description, maxlength: 5000, hint: "At most 5,000 characters." }),
    kind === "article" && field({ label: "Article", name: "body", type: "textarea", rows: 16, value: body, maxlength: 100000, hint: "Markdown, at most 100,000 characters." }),
    field({ label: "Anybody may see it, as a preview", name: "is_preview", type: "checkbox", value: is_preview }),
    field({ label: "Students see it", name: "is_published", type: "checkbox", value: is_published, hint: "Untick it while you work on it." }),
  ];
  const send = async (values) => (await api.patch(`/lectures/${id}`, values), notice("The lecture is saved."));
  return form({ fields, submit: "Save lecture", send });
}
