import { api } from "../api.js";
import { html } from "../html.js";
import { guarded } from "./notice.js";

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
