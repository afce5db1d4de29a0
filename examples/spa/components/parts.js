// Small parts of many pages.

import { api } from "../api.js";
import { html } from "../html.js";
import { guarded } from "./messages.js";

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
export function list(first, render, element, empty = "There is nothing here yet.") {
  if (!first.results.length) return html`<div class="empty-state">${empty}</div>`;
  const more = html`<button type="button">Load more</button>`;
  let next;
  const add = (page) => {
    const items = page.results.map(render);
    element.append(...items);
    next = page.next;
    more.hidden = !next;
    return items[0];
  };
  more.addEventListener("click", guarded(async () => {
    const item = add(await api.page(next));
    item?.querySelector("a, button")?.focus(); // the keyboard goes on where the new ones begin
  }));
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

/** Let the browser save a Blob, or anything as JSON, under a name. */
export function save(content, name) {
  const isBlob = content instanceof Blob;
  const blob = isBlob ? content : new Blob([JSON.stringify(content, null, 2)], { type: "application/json" });
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
