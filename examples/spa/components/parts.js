// Small parts of many pages, and what is said to the person in front of them: a notice, a question, a refusal of the API.
import { api } from "../api.js";
import { html } from "../html.js";
import { field, form } from "./form.js";

const SHOWN_MS = 8000;

/** Show `text` in the corner; `link` is [words, address], `action` is [words, function]. Errors stay until they are closed. */
export function notice(text, { kind = "info", link, action } = {}) {
  const close = () => box.remove();
  const box = html`<div class="notice ${kind}">
    <p>${text}</p>
    ${link && html`<a href=${link[1]} onclick=${close}>${link[0]}</a>`}
    ${action && html`<button class="quiet" type="button" onclick=${() => (close(), action[1]())}>${action[0]}</button>`}
    <button class="icon" type="button" aria-label="Close" onclick=${close}>×</button>
  </div>`;
  const place = document.querySelector("#notices");
  for (const old of place.children) if (old.textContent === box.textContent) old.remove();
  place.append(box);
  if (kind !== "error") setTimeout(close, SHOWN_MS);
}

/** Show what the API refused; `again` is offered when the same may succeed a little later. */
export function showError(error, again) {
  if (error.name === "AbortError") return;
  notice(explain(error), { kind: "error", action: error.mayPass && again && ["Try again", again] });
}

export function explain(error) {
  if (error.errors) return error.message;
  if (error.name !== "AbortError") console.error(error); // a mistake of this shop
  return "Something went wrong in this page.";
}

/** A button that is disabled while `act(event)` runs, and shows what the API refuses. */
export function button(words, act, attributes) {
  const element = html`<button type="button" ${attributes} onclick=${run}>${words}</button>`;

  async function run(event) {
    element.disabled = true;
    try {
      await act(event);
    } catch (error) {
      showError(error, () => element.click());
    } finally {
      element.disabled = false;
      const isLost = document.activeElement === document.body; // the button was disabled, or is gone
      if (isLost) (element.isConnected ? element : document.querySelector("main h1")).focus({ preventScroll: true });
    }
  }
  return element;
}

export const copyButton = (words, text) => button(words, async ({ currentTarget }) => {
  await navigator.clipboard.writeText(text);
  currentTarget.textContent = "Copied";
});

/** Show `content(close)` in front of the page; resolve to what `close(value)` is given, undefined when dismissed. */
export const dialog = (title, content) => new Promise((resolve) => {
  let result;
  const close = (value) => ((result = value), element.close());
  const element = html`<dialog aria-label=${title} onclose=${() => (element.remove(), resolve(result))}>
    <header><h2>${title}</h2><button class="icon" type="button" aria-label="Close" onclick=${() => close()}>×</button></header>
  </dialog>`;
  element.append(content(close));
  document.body.append(element);
  element.showModal();
  element.querySelector("input, select, textarea")?.focus(); // a question begins at its first field
});

/** Ask before something that cannot be taken back; resolve to true or undefined. */
export const confirm = ({ title, text, action, danger = false }) => dialog(title, (close) => html`<div>
  <p>${text}</p>
  <div class="actions">
    <button class=${danger ? "danger" : "primary"} type="button" onclick=${() => close(true)}>${action}</button>
    <button class="quiet" type="button" onclick=${() => close()}>Cancel</button>
  </div>
</div>`);

/** Ask by a form; resolve to what `send(values)` gives, true if that is nothing, undefined when dismissed. */
export function ask(title, { intro, send, ...rest }) {
  const closing = (close) => async (values) => close((await send(values)) ?? true);
  return dialog(title, (close) => html`<div class="stack">${intro}${form({ ...rest, send: closing(close) })}</div>`);
}

/** A mark beside a name; its kind is "", "off" or "bad". */
export const badge = (words, kind = "") => html`<span class="badge ${kind}">${words}</span>`;

/** A page that is a sentence and the ways on. */
export const message = (title, ...content) => html`<section class="narrow center"><h1>${title}</h1>${content}</section>`;

export const notFoundPage = () => message("Page not found", html`
  <p>There is nothing at this address. It may have been moved, or it is not public.</p>
  <p><a class="button" href="/">Browse the courses</a></p>`);

/** The page for what cannot be shown; `again` is what "Try again" does. */
export function errorPage(error, again) {
  if (error.status === 404) return notFoundPage();
  return message(error.mayPass ? "The courses are out of reach" : "This cannot be shown", html`
    <p>${explain(error)}</p>
    <p>${button("Try again", again, { class: "primary" })}</p>
    ${error.requestId && html`<p class="muted">If you ask for help, name this request: <code>${error.requestId}</code></p>`}`);
}

/** A place that `load()` fills once somebody comes near it: the first look at a page stays cheap. */
export function later(load, signal) {
  const place = html`<div class="later"></div>`;
  const fill = () => load().catch(failed).then((content) => content && place.replaceChildren(content));
  const failed = (error) => error.name !== "AbortError" && html`<p>${explain(error)} ${button("Try again", fill)}</p>`;
  const watcher = new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && (watcher.disconnect(), fill()), { rootMargin: "100px" });
  watcher.observe(place);
  signal.addEventListener("abort", () => watcher.disconnect());
  return place;
}

/** The picture of a person, or their first letters. */
export function avatar({ name, avatar: picture }) {
  if (picture) return html`<img class="avatar" src=${picture} alt="" width="40" height="40" loading="lazy">`;
  const letters = name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("");
  return html`<span class="avatar" aria-hidden="true">${letters.toUpperCase()}</span>`;
}

/** A titled box. `draw(again)` returns what is in it; `again()` draws it anew, and the keyboard goes on from its title. */
export function panel(title, draw) {
  const box = html`<section class="panel stack" aria-label=${title}></section>`;
  const show = () => box.replaceChildren(html`<h2 tabindex="-1">${title}</h2>`, draw(again));
  const again = () => {
    const { activeElement } = document;
    const isHere = activeElement === document.body || box.contains(activeElement); // and not in another form
    show();
    if (isHere) box.querySelector("h2").focus();
  };
  show();
  return box;
}

/** Show a page of a list, and a button that adds the next one: `element` holds `render(item)` of each. */
export function list(first, render, empty, element = html`<ul class="plain rows"></ul>`) {
  if (!first.results.length) return html`<div class="empty-state">${empty}</div>`;
  let next;
  const more = button("Load more", async () => {
    const [item] = add(await api.page(next));
    item?.querySelector("a, button")?.focus(); // the keyboard goes on where the new ones begin
  });
  function add(page) {
    const items = page.results.map(render);
    element.append(...items);
    next = page.next;
    more.hidden = !next;
    return items;
  }
  add(first);
  return html`<div class="list">${element}<p class="more">${more}</p></div>`;
}

/** A table whose rows become cards on a narrow screen. A column is [title, cell(row), "number" or nothing]. */
export function table(caption, columns, rows) {
  const cell = (row) => ([title, value, kind]) => html`<td class=${kind} data-title=${title}>${value(row)}</td>`;
  return html`<table class="cards">
    <caption class="hidden">${caption}</caption>
    <thead><tr>${columns.map(([title, , kind]) => html`<th scope="col" class=${kind}>${title}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${columns.map(cell(row))}</tr>`)}</tbody>
  </table>`;
}

/** Names and values, each [name, value, class or nothing]; those without a value are left out. */
export function facts(lines, kind = "facts") {
  const line = ([name, value, part]) => html`<div class=${part}><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`<dl class=${kind}>${lines.filter(([, value]) => value).map(line)}</dl>`;
}

/** Let the browser save a Blob, or anything as JSON, under a name. */
export function save(content, name) {
  const blob = content instanceof Blob ? content : new Blob([JSON.stringify(content, null, 2)], { type: "application/json" });
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000); // the browser has begun to save it
}

/** Return the values as the body of a multipart request. */
export function multipart(values) {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.append(name, value);
  return data;
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
    send: (values) => put(multipart(values)),
    aside: remove && button("Remove picture", remove, { class: "quiet" }),
  });
}
