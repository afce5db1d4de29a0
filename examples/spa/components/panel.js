import { html } from "../html.js";

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
