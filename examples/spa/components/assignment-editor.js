// An assignment as its owner sees it: what is asked, what counts, until when.
import { api, ApiError, field, form, html, notice, panel } from "../kit.js";

const NEW = { instructions: "", points: 10_000, rubric: [], due_at: null, late: "accept", accept: ["text", "files"], max_files: 5, passing_percent: 50 };
const LATE = { accept: "Take it", mark: "Take it, and mark it as late", refuse: "Refuse it" };

export async function assignmentPanel({ id }, get) {
  const url = `/lectures/${id}/assignment`;
  const assignment = await get(url).catch((error) => (error.status === 404 ? NEW : Promise.reject(error)));
  const send = async (values) => {
    await api.put(url, toAssignment(values, assignment.rubric));
    notice("The assignment is saved.");
  };
  return panel("Assignment", () => form({ fields: fieldsOf({ ...NEW, ...assignment }), submit: "Save assignment", send }));
}

function fieldsOf({ instructions, points, rubric, due_at, late, accept, max_files, passing_percent }) {
  const lines = rubric.map(({ title, points: most }) => `${title}: ${most / 100}`).join("\n");
  return [
    field({ label: "Instructions", name: "instructions", type: "textarea", rows: 10, value: instructions, required: true, maxlength: 50_000, hint: "Markdown." }),
    html`<div class="columns">
      ${field({ label: "Points", name: "points", value: points / 100, inputmode: "decimal" })}
      ${field({ label: "Percent to pass", name: "passing_percent", value: passing_percent, inputmode: "numeric" })}
    </div>`,
    field({ label: "What counts", name: "rubric", type: "textarea", value: lines, hint: "One a line, like “Clarity: 40”; together all the points. Empty: you give one score." }),
    html`<div class="columns">
      ${field({ label: "Due", name: "due_at", type: "datetime-local", value: due_at ? localTime(due_at) : "", hint: "Empty: at any time." })}
      ${field({ label: "What comes later", name: "late", value: late, options: Object.entries(LATE) })}
    </div>`,
    html`<div class="columns">
      ${field({ label: "Students write a text", name: "text", type: "checkbox", value: accept.includes("text") })}
      ${field({ label: "Students add files", name: "files", type: "checkbox", value: accept.includes("files") })}
      ${field({ label: "Files at most", name: "max_files", value: max_files, inputmode: "numeric" })}
    </div>`,
  ];
}

/** A time as a field of this device's zone shows it: "2026-11-28T18:00". */
export function localTime(time) {
  const date = new Date(time);
  return new Date(date - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const hundredths = (text) => Math.round(Number(String(text).trim().replace(",", ".")) * 100);

/** The values of the fields, as the API takes them; a criterion whose title stays keeps its id. */
function toAssignment({ points, rubric, due_at, text, files, ...rest }, before) {
  const criteria = rubric.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => {
    const [, title, most] = line.match(/^(.+):\s*([\d.,]+)$/) ?? [];
    if (!title) throw new ApiError(400, [{ code: "invalid", attr: "rubric", detail: "Write each line like “Clarity: 40”." }]);
    const id = before.find((one) => one.title === title)?.id;
    return { ...(id && { id }), title, points: hundredths(most) };
  });
  const accept = [text && "text", files && "files"].filter(Boolean);
  return { ...rest, points: hundredths(points), rubric: criteria, due_at: due_at ? new Date(due_at).toISOString() : null, accept };
}
