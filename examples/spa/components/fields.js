// Fields for what is more than text: money, a picture, a file that goes straight to Cloudinary.

import { api, ApiError } from "../api.js";
import { html } from "../html.js";
import { prepareUpload } from "../upload.js";
import { field, form } from "./form.js";
import { bytes } from "./format.js";
import { button, multipart, showError } from "./parts.js";

const CURRENCIES = ["usd", "eur", "gbp", "jpy", "kwd"]; // those of the API's setting CURRENCIES
const POLL_MS = 2000;

const digits = (currency) => new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;

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

/** Choose a picture, see it, then save it: `put(body)` sends it as `name`, `remove()` takes the present one away. */
export function pictureForm({ name, shown, put, remove }) {
  const place = html`<div class="preview">${shown}</div>`;
  const preview = ({ target }) => {
    const [file] = target.files;
    if (file) place.replaceChildren(html`<img class=${shown.className} src=${URL.createObjectURL(file)} alt="The picture you chose">`);
  };
  const choose = field({ label: "New picture", name, type: "file", hint: "JPEG, PNG or WebP, at most 5 MB.", accept: "image/jpeg,image/png,image/webp", required: true, onchange: preview });
  return form({
    fields: [place, choose],
    submit: "Save picture",
    send: (values) => put(multipart({ [name]: values[name] ?? "" })),
    aside: remove && button("Remove picture", remove, { class: "quiet" }),
  });
}

/** `limits` are those of GET /media/limits for the kind; `onDone(asset)` is called once the file is there. */
export function uploader({ label, kind, limits, signal, onDone }) {
  const box = html`<div class="stack"></div>`;
  const choose = () => {
    const hint = `${limits.formats.join(", ")}; at most ${bytes(limits.max_bytes)}.`;
    const accept = limits.formats.map((each) => `.${each}`).join(",");
    box.replaceChildren(field({ label, name: "file", type: "file", hint, accept, onchange: ({ target }) => begin(target.files[0]) }));
  };

  function begin(file) {
    if (!file) return;
    const upload = prepareUpload(kind, file);
    const bar = html`<progress max=${file.size} aria-label="Upload of ${file.name}"></progress>`;
    const state = html`<p class="muted"></p>`;
    const problem = html`<p class="problem" role="alert"></p>`;
    const resume = html`<button class="primary" type="button" onclick=${run}>Resume</button>`;
    const cancel = html`<button type="button" onclick=${stop}>Cancel the upload</button>`;
    let running;

    async function run() {
      running = new AbortController();
      resume.hidden = true;
      problem.textContent = "";
      addEventListener("beforeunload", warn);
      try {
        onDone(await upload.run({ onProgress, signal: AbortSignal.any([signal, running.signal]) }));
      } catch (error) {
        if (error.name !== "AbortError") fail(error);
      } finally {
        removeEventListener("beforeunload", warn);
      }
    }
    function onProgress(sent) {
      bar.value = sent;
      state.textContent = `${Math.floor((100 * sent) / file.size)} %: ${bytes(sent)} of ${bytes(file.size)}`;
    }
    function fail(error) {
      if (!error.errors) console.error(error);
      problem.textContent = error.message;
      resume.hidden = !error.mayPass; // the file itself is refused
      (resume.hidden ? cancel : resume).focus();
    }
    async function stop() {
      running.abort();
      choose();
      box.querySelector("input").focus();
      await upload.discard()?.catch(showError);
    }
    box.replaceChildren(html`<p><strong>${file.name}</strong></p>${bar}${state}${problem}<div class="actions">${resume}${cancel}</div>`);
    cancel.focus();
    run();
  }
  choose();
  return box;
}

const warn = (event) => event.preventDefault(); // the browser asks before the tab is closed

/** Ask for an asset until it is ready or failed; call `onChange(asset)` then. */
export async function watchAsset(asset, signal, onChange) {
  while (!["ready", "failed"].includes(asset.status)) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    if (signal.aborted) return;
    asset = await api.get(`/media/assets/${asset.id}`, {}, { signal }).catch(() => asset); // asked again soon
  }
  onChange(asset);
}
