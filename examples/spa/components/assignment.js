// An assignment as its student sees it: what is asked, what is handed in, and what came back.
import { api, badge, button, bytes, confirm, facts, field, form, html, moment, notice, points, raw, refresh } from "../kit.js";
import { uploader, watchAsset } from "./uploader.js";

const MAX_TEXT = 50_000;
const LATE = { accept: "It is taken after that, too.", mark: "What comes after that is marked as late.", refuse: "Nothing is taken after that." };

export async function assignmentContent({ id }, { get, signal }) {
  const assignment = await get(`/lectures/${id}/assignment`);
  const task = taskPanel(assignment);
  const submission = await get(`/lectures/${id}/submission`).catch((error) => (error.status === 403 ? null : Promise.reject(error)));
  if (!submission) return html`<div class="stack">${task}<p class="muted">Only students hand something in.</p></div>`;
  const isFinal = submission.status === "graded";
  const limits = !isFinal && assignment.accept.includes("files") && (await get("/media/limits")).submission;
  return html`<div class="stack">${task}
    ${(isFinal || submission.status === "returned") && resultPanel(submission, assignment.rubric)}
    ${isFinal ? workPanel(submission) : handInPanel(id, assignment, submission, limits, signal)}
  </div>`;
}

const taskPanel = ({ instructions_html, points: most, passing_percent, due_at, late, rubric }) => html`<section class="panel stack" aria-label="The assignment">
  <div class="prose">${raw(instructions_html)}</div>
  ${facts([["Points", most / 100], ["To pass", `${passing_percent} %`], ["Due", due_at && moment(due_at)]])}
  ${due_at && html`<p class="muted">${LATE[late]}</p>`}
  ${rubric.length > 0 && html`<h2>What counts</h2>${facts(rubric.map(({ title, points: most }) => [title, points(most)]))}`}
</section>`;

/** The score of a submission with its rubric and feedback. */
export function resultPanel({ status, score, max_score, percentage, passed, rubric, feedback }, criteria) {
  const got = criteria.map(({ id, title, points: most }) => [title, `${(rubric[id] ?? 0) / 100} of ${points(most)}`]);
  return html`<section class="panel stack" aria-label="The result">
    <div class="spread"><h2>${status === "returned" ? "Sent back for another try" : "Graded"}</h2>
      ${percentage !== null && html`<span class="row"><strong>${percentage} %</strong>${passed ? badge("✓ Passed") : badge("Not passed", "bad")}</span>`}</div>
    ${score !== null && html`<p>${score / 100} of ${points(max_score)}.</p>`}
    ${score !== null && criteria.length > 0 && facts(got)}
    ${feedback && html`<p class="comment">${feedback}</p>`}
  </section>`;
}

const workPanel = (submission) => html`<section class="panel stack" aria-label="My work"><h2>My work</h2>${work(submission)}</section>`;

/** What was handed in: when, the text, and its files to open. */
export const work = ({ id, text, files, submitted_at, is_late }) => html`<div class="stack">
  <p class="muted">Handed in on ${moment(submitted_at)} ${is_late && badge("Late", "bad")}</p>
  ${text && html`<p class="comment">${text}</p>`}
  ${files.length > 0 && html`<ul class="plain rows">${files.map((file) => html`<li>${fileName(file)}${button("Open", () => openFile(id, file), { "aria-label": `Open ${file.original_name}` })}</li>`)}</ul>`}
</div>`;

const fileName = ({ original_name, bytes: size }) => html`<span class="grow">${original_name} <span class="muted">${size && bytes(size)}</span></span>`;

async function openFile(submission, file) {
  const { url } = await api.get(`/submissions/${submission}/files/${file.id}`); // works for a short time only
  Object.assign(document.createElement("a"), { href: url, target: "_blank", rel: "noopener" }).click();
}

function handInPanel(id, assignment, { status, text, files, submitted_at, is_late }, limits, signal) {
  const { accept, max_files, due_at, late } = assignment;
  const list = html`<ul class="plain rows"></ul>`;
  const adding = html`<div></div>`;
  function showFiles() {
    list.replaceChildren(...files.map((file) => html`<li>${fileName(file)}${button("Remove", () => change(files.filter((one) => one !== file)), { "aria-label": `Remove ${file.original_name}` })}</li>`));
    const isFull = files.length >= max_files;
    adding.replaceChildren(isFull ? html`<p class="muted">At most ${max_files} files.</p>` : uploader({ label: "Add a file", kind: "submission", limits, signal, onDone: add }));
  }
  function change(next) {
    files = next;
    showFiles();
  }
  const add = (asset) => watchAsset(asset, signal, (ready) => {
    if (ready.status === "failed") notice(ready.failure_detail || "This file cannot be used.", { kind: "error" });
    change(ready.status === "failed" ? files : [...files, ready]);
  });
  const body = (values) => ({ ...(accept.includes("text") && { text: values.text }), ...(accept.includes("files") && { files: files.map((file) => file.id) }) });
  const keep = async () => {
    await api.put(`/lectures/${id}/submission`, body({ text: editor.elements.text?.value }));
    notice("Your draft is saved.");
  };
  async function handIn(values) {
    const text = "The instructor sees it then. You can replace it until it is graded.";
    if (!(await confirm({ title: "Hand in your work?", text, action: "Hand in" }))) return;
    await api.post(`/lectures/${id}/submission/submit`, body(values));
    notice("Your work is handed in.");
    refresh();
  }
  if (limits) showFiles();
  const isHandedIn = status === "submitted";
  const editor = form({
    fields: [
      accept.includes("text") && field({ label: "Your text", name: "text", type: "textarea", rows: 10, value: text, maxlength: MAX_TEXT }),
      limits && html`<div class="stack">${list}${adding}</div>`,
    ],
    submit: isHandedIn ? "Replace what I handed in" : "Hand in",
    send: handIn,
    aside: !isHandedIn && button("Save the draft", keep),
  });
  return html`<section class="panel stack" aria-label="My work"><h2>My work</h2>
    ${isHandedIn && html`<p role="status">Handed in on ${moment(submitted_at)}; it waits for its grade. ${is_late && late === "mark" && badge("Late", "bad")}</p>`}
    ${!isHandedIn && due_at && Date.parse(due_at) < Date.now() && html`<p class="problem">It was due on ${moment(due_at)}.</p>`}
    ${editor}
  </section>`;
}
