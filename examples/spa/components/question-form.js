// Writing a question: one form for the eight kinds, in which options and pairs are lines of text.
import { api, ApiError, ask, field, html, raw } from "../kit.js";
import { QUESTION_KINDS } from "./responses.js";

const LINES = {
  single_choice: ["Options", "One a line, with * before the right one."],
  multiple_choice: ["Options", "One a line, with * before each right one."],
  ordering: ["Options", "One a line, in the right order."],
  matching: ["Pairs", "One a line: left = right."],
  short_text: ["Accepted answers", "One a line."],
};
const STAR = /^\*\s+/;
const textOf = ({ text, text_html }) => text ?? raw(text_html).textContent.trim();
const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
const refuse = (detail) => { throw new ApiError(400, [{ code: "invalid", attr: "lines", detail }]); };

/** Ask for a question, a new one or another revision of `question`; resolve to what the API answers, undefined when dismissed. */
export function askQuestion(question) {
  const send = (values) => (question ? api.patch(`/questions/${question.id}`, toQuestion(values, question.kind)) : api.post("/questions", { kind: values.kind, ...toQuestion(values, values.kind) }));
  return ask(question ? "Edit the question" : "New question", { fields: fieldsOf(question), submit: "Save question", send });
}

function fieldsOf(question) {
  const { kind = "single_choice", prompt, points = 100, explanation, tags = [] } = question ?? {};
  const answer = html`<div class="stack">${answerFields(kind, question)}</div>`;
  const choose = ({ target }) => answer.replaceChildren(html`${answerFields(target.value)}`);
  return [
    !question && field({ label: "Kind", name: "kind", options: Object.entries(QUESTION_KINDS), onchange: choose }),
    field({ label: "Question", name: "prompt", type: "textarea", value: prompt, required: true, maxlength: 10_000, hint: "Markdown." }),
    answer,
    html`<div class="columns">
      ${field({ label: "Points", name: "points", value: points / 100, inputmode: "decimal" })}
      ${field({ label: "Tags", name: "tags", value: tags.join(", "), hint: "With commas between them." })}
    </div>`,
    field({ label: "Explanation", name: "explanation", type: "textarea", rows: 2, value: explanation, maxlength: 10_000, hint: "Shown with the right answer." }),
  ];
}

function answerFields(kind, question) {
  const { key = {} } = question ?? {};
  const [label, hint] = LINES[kind] ?? [];
  return [
    label && field({ label, name: "lines", type: "textarea", rows: 5, value: question ? toLines(question) : "", hint }),
    kind === "multiple_choice" && field({ label: "Points", name: "scoring", value: key.scoring ?? "all", options: [["all", "Only if all is right"], ["partial", "A part for each right one, less for each wrong one"]] }),
    kind === "short_text" && field({ label: "Capital letters matter", name: "case_sensitive", type: "checkbox", value: key.case_sensitive ?? false }),
    kind === "true_false" && field({ label: "It is", name: "option", value: question?.options[1].id === key.option && question ? "1" : "0", options: [["0", "True"], ["1", "False"]] }),
    kind === "numeric" && html`<div class="columns">
      ${field({ label: "Right number", name: "value", value: key.value, inputmode: "decimal", required: true })}
      ${field({ label: "Tolerance", name: "tolerance", value: key.tolerance ?? "0", inputmode: "decimal" })}
      ${field({ label: "Unit", name: "unit", value: key.unit ?? "", maxlength: 30, hint: "Only shown." })}</div>`,
    kind === "essay" && html`<p class="muted">You grade it by hand.</p>`,
  ];
}

/** The lines that `readKey` would read: the same question again. */
function toLines({ kind, options, key }) {
  const byId = new Map(options.map((one) => [one.id, textOf(one)]));
  if (kind === "short_text") return key.accept.join("\n");
  if (kind === "matching") return key.pairs.map(([left, right]) => `${byId.get(left)} = ${byId.get(right)}`).join("\n");
  if (kind === "ordering") return key.options.map((id) => byId.get(id)).join("\n");
  const right = new Set(key.options ?? [key.option]);
  return options.map(({ id }) => `${right.has(id) ? "* " : ""}${byId.get(id)}`).join("\n");
}

/** The values of the fields, as the API takes them: options in a key are named by their place. */
function toQuestion({ prompt, points, tags, explanation, ...values }, kind) {
  const common = { prompt, explanation, points: Math.round(Number(points.replace(",", ".")) * 100), tags: tags.split(",").map((tag) => tag.trim()).filter(Boolean) };
  return { ...common, ...READERS[kind](values) };
}

const READERS = {
  single_choice: (values) => choices(values, (right) => (right.length === 1 ? { option: right[0] } : refuse("Mark one line with a * and a blank."))),
  multiple_choice: (values) => choices(values, (options) => ({ options, scoring: values.scoring })),
  true_false: ({ option }) => ({ key: { option: Number(option) } }),
  short_text: (values) => ({ key: { accept: lines(values.lines), case_sensitive: values.case_sensitive } }),
  numeric: ({ value, tolerance, unit }) => ({ key: { value: decimal(value), tolerance: decimal(tolerance || "0"), ...(unit && { unit }) } }),
  ordering: (values) => ({ options: lines(values.lines), key: { options: lines(values.lines).map((_, index) => index) } }),
  matching: pairs,
  essay: () => ({}),
};
const decimal = (text) => text.trim().replace(",", ".");

function choices(values, toKey) {
  const all = lines(values.lines);
  const right = all.flatMap((line, index) => (STAR.test(line) ? [index] : []));
  return { options: all.map((line) => line.replace(STAR, "")), key: toKey(right) };
}

/** Every left once, then every right once: several lefts may have the same right. */
function pairs(values) {
  const parts = lines(values.lines).map((line) => line.split(/\s*=\s*/));
  if (parts.some((part) => part.length !== 2)) refuse("Write each pair as: left = right.");
  const rights = [...new Set(parts.map(([, right]) => right))];
  return { options: [...parts.map(([left]) => left), ...rights], key: { pairs: parts.map(([, right], index) => [index, parts.length + rights.indexOf(right)]) } };
}
