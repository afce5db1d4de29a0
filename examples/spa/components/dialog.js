// Questions in front of the page: the browser's <dialog> keeps the focus inside and closes at Escape.

import { html } from "../html.js";

/** Show `content(close)` under a title; resolve to what `close(value)` is given, undefined when dismissed. */
export function dialog(title, content) {
  return new Promise((resolve) => {
    let result;
    const close = (value) => ((result = value), element.close());
    const finish = () => (element.remove(), resolve(result));
    const element = html`<dialog aria-label=${title} onclose=${finish}>
      <header>
        <h2>${title}</h2>
        <button class="icon" type="button" aria-label="Close" onclick=${() => close()}>×</button>
      </header>
    </dialog>`;
    element.append(content(close));
    document.body.append(element);
    element.showModal();
    element.querySelector("input, select, textarea")?.focus(); // a question begins at its first field
  });
}

/** Ask before something that cannot be taken back; resolve to true or undefined. */
export function confirm({ title, text, action, danger = false }) {
  return dialog(title, (close) => html`<div>
    <p>${text}</p>
    <div class="actions">
      <button class=${danger ? "danger" : "primary"} type="button" onclick=${() => close(true)}>${action}</button>
      <button class="quiet" type="button" onclick=${() => close()}>Cancel</button>
    </div>
  </div>`);
}
