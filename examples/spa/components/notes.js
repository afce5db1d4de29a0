// Private notes of a lecture: written at the second that is playing, and a way back to it.
import { api, ask, button, clock, confirm, field, form, html, list } from "../kit.js";

const MAX_BODY = 5000;

/** `first` is the first page of GET /lectures/{id}/notes; `video` is the lecture's <video>, null if it is none. */
export function notes(lecture, first, video) {
  const items = html`<ul class="notes plain"></ul>`;
  const show = (note) => item(note, video, show);
  let second = 0;
  const time = html`<span>${clock(second)}</span>`;
  const body = { label: "New note", name: "body", type: "textarea", rows: 2, maxlength: MAX_BODY };
  const here = video && field({ label: html`<span>At ${time}</span>`, name: "here", type: "checkbox", value: true });
  const editor = form({ fields: [field(body), here], submit: "Save the note", send: add });

  async function add({ body, here }) {
    const note = await api.post(`/lectures/${lecture.id}/notes`, { body, position_seconds: here ? second : null }); // or 409 too_many_notes
    items.insertBefore(show(note), [...items.children].find((other) => placeOf(note) < Number(other.dataset.place)) ?? null);
    editor.elements.body.value = "";
    editor.elements.body.focus();
  }
  /** The second is that at which somebody begins to write. */
  function follow() {
    if (editor.elements.body.value) return;
    second = Math.floor(video.currentTime);
    time.textContent = clock(second);
  }
  for (const event of ["timeupdate", "seeked"]) video?.addEventListener(event, follow);
  return html`<section class="panel stack" aria-label="My notes"><h2>My notes</h2>
    ${first.results.length ? list(first, show, "", items) : items}
    ${editor}
  </section>`;
}

/** Where it stands among the notes: those on the whole lecture come first. */
const placeOf = ({ position_seconds: second }) => second ?? -1;

function item(note, video, show) {
  const { id, body, position_seconds: second } = note;
  const element = html`<li data-place=${placeOf(note)}>
    ${second !== null && (video ? html`<button class="link" type="button" aria-label="Go to ${clock(second)}" onclick=${jump}>${clock(second)}</button>` : clock(second))}
    <p class="comment grow">${body}</p>
    <span class="tools">${button("Edit", edit, { class: "quiet", "aria-label": `Edit the note “${body.slice(0, 40)}”` })}
    ${button("Delete", remove, { class: "quiet", "aria-label": `Delete the note “${body.slice(0, 40)}”` })}</span>
  </li>`;

  function jump() {
    video.currentTime = second;
    video.play();
  }
  async function edit() {
    const fields = field({ label: "Note", name: "body", type: "textarea", maxlength: MAX_BODY, value: body });
    const changed = await ask("Edit the note", { fields, submit: "Save the note", send: (values) => api.patch(`/notes/${id}`, values) });
    if (!changed) return;
    const next = show(changed);
    element.replaceWith(next);
    next.querySelector("button").focus();
  }
  async function remove() {
    if (!(await confirm({ title: "Delete this note?", text: "This cannot be undone.", action: "Delete", danger: true }))) return;
    await api.del(`/notes/${id}`);
    element.remove();
  }
  return element;
}
