// The outline of a course: POST, PATCH and DELETE of sections and lectures. Every change of the order sends the whole
// outline: PUT /courses/{id}/curriculum.
import { api, ask, askOpening, askRequires, button, confirm, courseHead, duration, field, go, html, openingWords, plural, showError } from "../shop.js";

export async function teachCoursePage({ params, get }) {
  const course = await get(`/courses/${params.course}`);
  return html`<section class="medium stack">${courseHead(course, "outline")}${outlineEditor(course)}</section>`;
}

const KINDS = { video: "Video", article: "Article", file: "File to download", quiz: "Quiz", assignment: "Assignment" };

function outlineEditor(course) {
  const page = html`<div class="stack"></div>`;
  let { sections } = course;
  let dragged; // [section, place] of the lecture that the pointer holds

  /** Show the outline; the keyboard goes on at the button with this name. */
  function show(focus) {
    const rows = sections.map(sectionRow);
    page.replaceChildren(
      rows.length ? html`<ol class="plain stack">${rows}</ol>` : html`<div class="empty-state"><h2>No sections yet</h2><p>A course has sections, and a section has lectures. Add the first one.</p></div>`,
      html`<p>${button("Add a section", addSection, { class: "primary" })}</p>`,
    );
    const buttons = [...page.querySelectorAll("button")];
    const wanted = buttons.find((each) => each.ariaLabel === focus);
    if (focus) (wanted?.disabled ? wanted.nextElementSibling ?? wanted.previousElementSibling : wanted ?? buttons.at(-1)).focus();
  }
  async function reload(focus) {
    ({ sections } = await api.get(`/courses/${course.id}/lectures`));
    show(focus);
  }
  async function reorder(wanted, focus) {
    const order = wanted.map(({ id, lectures }) => ({ section: id, lectures: lectures.map((each) => each.id) }));
    page.inert = true; // a second change would start from the old order, and undo the first
    try {
      ({ sections } = await api.put(`/courses/${course.id}/curriculum`, order));
    } finally {
      page.inert = false;
    }
    show(focus);
  }

  const allow = (event) => dragged && event.preventDefault();
  function drop(event, place) {
    event.preventDefault();
    event.stopPropagation(); // a lecture is in a section, which takes drops as well
    reorder(moved(sections, dragged, place)).catch(showError);
    dragged = undefined;
  }

  function sectionRow(section, index) {
    const move = (by) => (focus) => reorder(sections.with(index, sections[index + by]).with(index + by, section), focus);
    return html`<li class="panel stack" ondragover=${allow} ondrop=${(event) => drop(event, [index, section.lectures.length])}>
      <div class="spread"><div><h2>${section.title}</h2><p class="muted">${openingWords(section.opens)}</p></div><div class="tools">
        ${tool("↑", `Move up the section ${section.title}`, index > 0 && move(-1))}
        ${tool("↓", `Move down the section ${section.title}`, index < sections.length - 1 && move(1))}
        ${tool("Opening", `When the section ${section.title} opens`, (focus) => open(section, focus))}
        ${tool("Rename", `Rename the section ${section.title}`, () => rename(section))}
        ${tool("Delete", `Delete the section ${section.title}`, () => removeSection(section))}
      </div></div>
      ${section.lectures.length ? html`<ol class="plain rows">${section.lectures.map(lectureRow(index))}</ol>` : html`<p class="muted">No lectures yet.</p>`}
      <p>${button("Add a lecture", () => addLecture(section), { "aria-label": `Add a lecture to ${section.title}` })}</p>
    </li>`;
  }

  const lectureRow = (at) => (lecture, index) => {
    const { id, title, kind, duration_seconds, is_preview, is_published, requires } = lecture;
    const above = index > 0 ? [at, index - 1] : at > 0 && [at - 1, sections[at - 1].lectures.length];
    const below = index < sections[at].lectures.length - 1 ? [at, index + 1] : at < sections.length - 1 && [at + 1, 0];
    const moveTo = (place) => place && ((focus) => reorder(moved(sections, [at, index], place), focus));
    return html`<li draggable="true" ondragstart=${() => (dragged = [at, index])} ondragover=${allow} ondrop=${(event) => drop(event, [at, index])}>
      <div class="grow"><h3><a href="/teach/${course.id}/lectures/${id}">${title}</a></h3>
        <p class="muted">${[KINDS[kind], duration_seconds > 0 && duration(duration_seconds), is_preview && "preview", !is_published && "hidden", requires.length > 0 && `after ${plural(requires.length, "lecture")}`].filter(Boolean).join(" · ")}</p></div>
      <div class="tools">
        ${tool("Requires", `What comes before ${title}`, (focus) => require(lecture, focus))}
        ${tool("↑", `Move up ${title}`, moveTo(above))}
        ${tool("↓", `Move down ${title}`, moveTo(below))}
      </div>
    </li>`;
  };

  async function addSection() {
    const title = await askTitle("Add a section", "Add", (values) => api.post(`/courses/${course.id}/sections`, values));
    if (title) await reload(`Add a lecture to ${title}`);
  }
  async function open(section, focus) {
    if (await askOpening(section)) await reload(focus);
  }
  async function require(lecture, focus) {
    if (await askRequires(lecture, sections.flatMap(({ lectures }) => lectures))) await reload(focus); // or 400 cycle
  }
  async function rename(section) {
    const title = await askTitle("Rename the section", "Rename", (values) => api.patch(`/sections/${section.id}`, values), section.title);
    if (title) await reload(`Rename the section ${title}`);
  }
  async function removeSection({ id, title, lectures }) {
    const text = lectures.length ? `Its ${lectures.length} lectures are deleted too. This cannot be undone.` : "The section is empty.";
    if (!(await confirm({ title: `Delete “${title}”?`, text, action: "Delete the section", danger: true }))) return;
    await api.del(`/sections/${id}`);
    await reload("Add a section");
  }
  async function addLecture(section) {
    const kind = field({ label: "Kind", name: "kind", options: Object.entries(KINDS) });
    const create = async (values) => go(`/teach/${course.id}/lectures/${(await api.post(`/courses/${course.id}/lectures`, { ...values, section: section.id })).id}`);
    await askTitle("Add a lecture", "Add", create, "", kind);
  }

  show();
  return page;
}

/** A button of a row; `act(name)` gets its name, so that it has the focus again afterwards. Without `act` it is disabled. */
const tool = (words, name, act) =>
  button(words, () => act(name), { class: "quiet", title: name, "aria-label": name, disabled: !act });

/** Ask for a title; resolve to it after `send(values)`, undefined when dismissed. */
function askTitle(heading, submit, send, value = "", more) {
  const fields = [field({ label: "Title", name: "title", value, maxlength: 120, required: true, hint: "At most 120 characters." }), more];
  return ask(heading, { fields, submit, send: async (values) => (await send(values), values.title) });
}

/** Return the sections with the lecture at one [section, place] moved to another. */
function moved(sections, [fromSection, from], [toSection, to]) {
  const lists = sections.map(({ lectures }) => [...lectures]);
  lists[toSection].splice(to, 0, ...lists[fromSection].splice(from, 1));
  return sections.map((section, number) => ({ ...section, lectures: lists[number] }));
}
