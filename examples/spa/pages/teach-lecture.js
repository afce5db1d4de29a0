// GET, PATCH, DELETE /lectures/{id}: the text of a lecture, its file and its captions.
import { api, assignmentPanel, button, bytes, confirm, duration, field, form, go, html, isExam, languageName, multipart, notice, panel, quizPanel, showError, uploader, watchAsset } from "../shop.js";

const STATES = { pending: ["Uploading", "off"], uploading: ["Uploading", "off"], processing: ["Processing", "off"], ready: ["Ready", ""], failed: ["Failed", "bad"] };

export async function teachLecturePage({ params, get, signal }) {
  const home = `/teach/${params.course}`;
  const [lecture, limits] = await Promise.all([get(`/lectures/${params.lecture}`), get("/media/limits")]);
  const asset = (id) => get(`/media/assets/${id}`);
  const file = lecture.next_asset ?? lecture.asset;
  const [media, captions] = await Promise.all([file && asset(file), Promise.all(lecture.captions.map(asset))]);
  async function remove() {
    const text = "Its file and what students noted about it go too. This cannot be undone.";
    if (!(await confirm({ title: `Delete “${lecture.title}”?`, text, action: "Delete the lecture", danger: true }))) return;
    await api.del(`/lectures/${lecture.id}`);
    notice("The lecture is deleted.");
    go(home, { replace: true });
  }
  return html`<section class="medium stack">
    <p><a href=${home}>Back to the outline</a></p>
    <h1>${lecture.title}</h1>
    ${lecture.kind === "quiz" && (await quizPanel(lecture, get))}
    ${lecture.kind === "assignment" && (await assignmentPanel(lecture, get))}
    ${["video", "file"].includes(lecture.kind) && mediaPanel(lecture, media, limits[lecture.kind], signal)}
    ${lecture.kind === "video" && captionsPanel(lecture, captions, limits.captions)}
    ${panel("Text and settings", () => lectureForm(lecture))}
    <p class="actions">${isExam(lecture) && html`<a class="button" href="${home}/lectures/${lecture.id}/work">What students handed in</a>`}
      <a class="button" href="/learn/${params.course}/${lecture.id}">See it as a student does</a>
      ${button("Delete the lecture", remove, { class: "danger" })}</p>
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

const mediaPanel = ({ id, kind }, asset, limits, signal) => panel(kind === "video" ? "Video" : "File", (again) => {
  async function attach(changed) {
    try {
      await api.patch(`/lectures/${id}`, { asset: changed.id });
      notice(`The ${kind} is uploaded.`);
      asset = changed;
      again();
    } catch (error) {
      showError(error, () => attach(changed));
    }
  }
  const shown = html`<div role="status">${asset && state(asset)}</div>`;
  if (asset) watchAsset(asset, signal, (changed) => shown.replaceChildren(state(changed)));
  return html`${shown}${uploader({ label: asset ? `Replace the ${kind}` : `Upload a ${kind}`, kind, limits, signal, onDone: attach })}`;
});

function state({ original_name, status, failure_detail, bytes: size, duration_seconds }) {
  const [words, kind] = STATES[status];
  const facts = [size && bytes(size), duration_seconds && duration(duration_seconds)].filter(Boolean).join(" · ");
  return html`<p><strong>${original_name}</strong> <span class="badge ${kind}">${words}</span> <span class="muted">${facts}</span></p>
    ${status === "processing" && html`<p class="muted">This takes a moment. You need not wait: the lecture has it as soon as it is ready.</p>`}
    ${status === "failed" && html`<p class="problem">${failure_detail || "This file cannot be used."} Upload another one.</p>`}`;
}

const captionsPanel = (lecture, captions, limits) => panel("Captions", (again) => {
  async function change(wanted) {
    await api.patch(`/lectures/${lecture.id}`, { captions: wanted.map((each) => each.id) });
    captions = wanted;
    again();
  }
  async function add(values) {
    const added = await api.post("/media/captions", multipart(values));
    await change([...captions, added]);
    notice("The captions are added.");
  }
  const fields = [
    field({ label: "Captions file", name: "file", type: "file", accept: ".vtt", hint: `WebVTT, at most ${bytes(limits.max_bytes)}.` }),
    field({ label: "Language", name: "language", maxlength: 35, hint: "A code, like en or pt-BR. Empty: the one in the file's name, like intro.en.vtt." }),
  ];
  const row = (one) => captionsRow(one, () => change(captions.filter((each) => each !== one)));
  return html`${captions.length > 0 && html`<ul class="plain rows">${captions.map(row)}</ul>`}
    ${form({ fields, submit: "Add captions", send: add })}`;
});

function captionsRow({ original_name, language }, remove) {
  const name = language ? languageName(language) : "No language";
  return html`<li><div class="grow"><strong>${name}</strong> <span class="muted">${original_name}</span></div>
    ${button("Remove", remove, { "aria-label": `Remove the captions ${original_name}` })}</li>`;
}
