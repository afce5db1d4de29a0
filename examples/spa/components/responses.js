// The eight kinds of questions: the controls of a response, and a response or a key in words.
import { button, field, html, raw } from "../kit.js";

export const QUESTION_KINDS = {
  single_choice: "One right option", multiple_choice: "Several right options", true_false: "True or false", short_text: "Short text",
  numeric: "Number", ordering: "Bring into order", matching: "Match pairs", essay: "Essay",
};
const MAX_LENGTHS = { short_text: 200, numeric: 30, essay: 20_000 };

/** The text of an option without its markup, for places that hold none. */
const plain = ({ text_html }) => raw(text_html).textContent.trim();
const left = ({ side }) => side === "left";
const right = ({ side }) => side === "right";

/** The controls of a question; `change(response, isText)` is called at each change, with null for no answer. */
export const responseControls = (question, change) => CONTROLS[question.kind](question, change);

const CONTROLS = { single_choice: choice, true_false: choice, multiple_choice: choices, short_text: text, numeric: text, essay: text, ordering, matching };

const option = (type, { id, response }, one, onchange) => html`<label class="option">
  <input type=${type} name=${id} value=${one.id} checked=${[response].flat().includes(one.id)} onchange=${onchange}><span class="prose">${raw(one.text_html)}</span></label>`;

function choice(question, change) {
  return html`<div>${question.options.map((one) => option("radio", question, one, () => change(one.id)))}</div>`;
}

function choices(question, change) {
  const box = html`<div></div>`;
  const send = () => {
    const ids = [...box.querySelectorAll(":checked")].map(({ value }) => value);
    change(ids.length ? ids : null);
  };
  box.append(...question.options.map((one) => option("checkbox", question, one, send)));
  return box;
}

function text({ id, kind, response, unit }, change) {
  const read = ({ target }) => {
    const value = kind === "numeric" ? target.value.trim().replace(",", ".") : target.value;
    change(value.trim() ? value : null, true);
  };
  const numeric = kind === "numeric" && { inputmode: "decimal", hint: unit ? `In ${unit}.` : "" };
  return field({ label: "Your answer", name: id, value: response ?? "", maxlength: MAX_LENGTHS[kind], autocomplete: "off", oninput: read,
    ...(kind === "essay" ? { type: "textarea", rows: 10 } : numeric) });
}

/** What is shown first is no answer yet: a move makes it one, or "Keep this order". */
function ordering({ options, response }, change) {
  const byId = new Map(options.map((one) => [one.id, one]));
  let order = response ?? [...byId.keys()];
  const list = html`<ol class="plain rows"></ol>`;
  const keep = response ? null : button("Keep this order", () => take(order), { class: "keep" });
  const box = html`<div>${list}${keep}</div>`;

  function take(next, focus) {
    order = next;
    keep?.remove();
    change(order);
    show(focus);
  }
  function show(focus) {
    list.replaceChildren(...order.map((id, index) => {
      const name = plain(byId.get(id));
      const tool = (words, label, by) => button(words, () => take(order.with(index, order[index + by]).with(index + by, id), label), {
        class: "quiet", "aria-label": label, disabled: !(index + by in order) });
      return html`<li><span class="prose grow">${raw(byId.get(id).text_html)}</span>
        <span class="tools">${tool("↑", `Move up ${name}`, -1)}${tool("↓", `Move down ${name}`, 1)}</span></li>`;
    }));
    const wanted = [...list.querySelectorAll("button")].find(({ ariaLabel }) => ariaLabel === focus);
    (wanted?.disabled ? wanted.nextElementSibling ?? wanted.previousElementSibling : wanted)?.focus();
  }
  show();
  return box;
}

function matching({ options, response }, change) {
  const chosen = new Map(response ?? []);
  const rights = [["", "Choose"], ...options.filter(right).map((one) => [one.id, plain(one)])];
  const pair = (one) => field({ label: html`<span class="prose">${raw(one.text_html)}</span>`, name: one.id, options: rights, value: chosen.get(one.id) ?? "", onchange: ({ target }) => {
    if (target.value) chosen.set(one.id, target.value);
    else chosen.delete(one.id);
    change(chosen.size ? [...chosen] : null);
  } });
  return html`<div class="stack">${options.filter(left).map(pair)}</div>`;
}

/** A response in words; nothing was answered if it is null. */
export function responseWords(question, response) {
  if (response === null || response === undefined) return html`<span class="muted">No answer</span>`;
  const { kind, options } = question;
  const words = (id) => html`<span class="prose">${raw(options.find((one) => one.id === id)?.text_html ?? "")}</span>`;
  if (kind === "ordering") return html`<ol>${response.map((id) => html`<li>${words(id)}</li>`)}</ol>`;
  if (kind === "matching") return html`<ul class="plain">${response.map(([from, to]) => html`<li class="row">${words(from)} → ${words(to)}</li>`)}</ul>`;
  if (kind === "multiple_choice") return html`<ul class="plain">${response.map((id) => html`<li>${words(id)}</li>`)}</ul>`;
  if (kind === "single_choice" || kind === "true_false") return words(response);
  return html`<span class="comment">${response}</span>`;
}

/** A key in the same words. */
export function keyWords(question, { option, options, accept, value, tolerance, unit, pairs }) {
  if (accept) return accept.join(", or ");
  if (value !== undefined) return [value, Number(tolerance) > 0 && `± ${tolerance}`, unit].filter(Boolean).join(" ");
  return responseWords(question, option ?? options ?? pairs);
}
