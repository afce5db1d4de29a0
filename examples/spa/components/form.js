// A form whose fields show what the API refused, each beside its field.
import { ApiError } from "../api.js";
import { html } from "../html.js";

const CURRENCIES = ["usd", "eur", "gbp", "jpy", "kwd"]; // those of the API's setting CURRENCIES
const digits = (currency) => new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;
let count = 0;

/** A labelled field. `name` is that of the API's `attr`, `options` are [value, words]; the rest are attributes of the control. */
export function field({ label, name, type = "text", hint, options, value = options?.[0]?.[0] ?? "", ...attributes }) {
  const id = `field-${++count}`;
  const common = { id, name, "aria-describedby": `${id}-hint ${id}-error`, ...attributes };
  const note = html`<small id="${id}-hint">${hint}</small>`;
  const problem = html`<p class="problem" id="${id}-error"></p>`;
  if (type === "checkbox") return html`<div class="field tick">
    <label><input type="checkbox" ${common} checked=${value === true}> ${label}</label>${note}${problem}</div>`;
  const control =
    type === "textarea" ? html`<textarea rows="4" ${common} value=${value}></textarea>`
    : options ? html`<select ${common} value=${value}>${options.map(([key, words]) => html`<option value=${key}>${words}</option>`)}</select>`
    : type === "file" ? html`<input type="file" ${common}>`
    : html`<input type=${type} ${common} value=${value}>`;
  return html`<div class="field"><label for=${id}>${label}</label>${control}${note}${problem}</div>`;
}

/** The present password, which confirms a change that a stolen session must not be enough for. */
export const passwordField = (attributes = {}) =>
  field({ label: "Current password", name: "current_password", type: "password", autocomplete: "current-password", required: true, maxlength: 128, ...attributes });

/** Return a form. `send(values)` gets {name: value}, ticks as true or false; the ApiError that it throws is shown. */
export function form({ fields, submit, send, aside, ...attributes }) {
  const general = html`<div class="problem general" role="alert" tabindex="-1"></div>`;
  const button = html`<button class="primary">${submit}</button>`;
  const element = html`<form class="form" novalidate ${attributes} onsubmit=${onSubmit}>
    ${general}${fields}<div class="actions">${button}${aside}</div>
  </form>`;

  async function onSubmit(event) {
    event.preventDefault();
    if (button.disabled) return;
    showErrors(element, general, null);
    button.disabled = true;
    element.setAttribute("aria-busy", "true");
    try {
      await send(valuesOf(element));
    } catch (error) {
      if (!error.errors) throw error;
      showErrors(element, general, error);
    } finally {
      button.disabled = false;
      element.removeAttribute("aria-busy");
    }
  }
  return element;
}

export function valuesOf(element) {
  const valueOf = ({ type, value, checked, files }) => (type === "checkbox" ? checked : type === "file" ? files[0] ?? "" : value);
  const named = [...element.elements].filter(({ name }) => name);
  return Object.fromEntries(named.map((control) => [control.name, valueOf(control)]));
}

/** Put each sentence beside its field, the others on top, and move the focus to the first. */
function showErrors(element, general, error) {
  const left = [...(error?.errors ?? [])];
  for (const control of element.querySelectorAll("[name]")) {
    const mine = left.filter(({ attr }) => attr === control.name || attr?.startsWith(`${control.name}.`));
    mine.forEach((item) => left.splice(left.indexOf(item), 1));
    control.ariaInvalid = mine.length ? "true" : null;
    document.getElementById(`${control.id}-error`).textContent = mine.map((item) => item.detail).join(" ");
  }
  general.replaceChildren(...left.map((item) => html`<p>${item.detail}</p>`));
  if (error) (element.querySelector("[aria-invalid]") ?? general).focus();
}

/** Two fields, `name` and `currency`, for {amount, currency} or nothing. */
export function moneyFields({ label, name, value, hint }) {
  const { amount, currency } = value ?? { currency: CURRENCIES[0] };
  const shown = amount === undefined ? "" : (amount / 10 ** digits(currency)).toFixed(digits(currency));
  const words = new Intl.DisplayNames(undefined, { type: "currency" });
  return [
    field({ label, name, value: shown, inputmode: "decimal", hint, autocomplete: "off" }),
    field({ label: "Currency", name: "currency", value: currency, options: CURRENCIES.map((code) => [code, words.of(code.toUpperCase())]) }),
  ];
}

/** ("49.99", "usd") -> {amount: 4999, currency: "usd"}, without a float in between. */
export function readMoney(text, currency, attr) {
  const places = digits(currency);
  const [, whole, fraction = ""] = text.trim().match(/^(\d{1,10})(?:[.,](\d+))?$/) ?? [];
  if (whole === undefined || fraction.length > places) {
    throw new ApiError(400, [{ code: "invalid", attr, detail: `Write the amount like ${(12).toFixed(places)}.` }]);
  }
  return { amount: Number(whole + fraction.padEnd(places, "0")), currency };
}
