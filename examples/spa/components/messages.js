// What is said to the person in front of the page: a notice in the corner, a question in a dialog, a refusal of the API.

import { html } from "../html.js";

const SHOWN_MS = 8000;

/** Show `text`; `link` is [words, address], `action` is [words, function]. */
export function notice(text, { kind = "info", link, action } = {}) {
  const close = () => box.remove();
  const act = () => (close(), action[1]());
  const box = html`<div class="notice ${kind}">
    <p>${text}</p>
    ${link && html`<a href=${link[1]} onclick=${close}>${link[0]}</a>`}
    ${action && html`<button class="quiet" type="button" onclick=${act}>${action[0]}</button>`}
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
  if (!error.errors) console.error(error); // a mistake of this shop
  const action = error.mayPass && again ? ["Try again", again] : null;
  notice(error.errors ? error.message : "Something went wrong in this page.", { kind: "error", action });
}

/** Return a handler that disables its button while `act(event)` runs, and shows what the API refuses. */
export function guarded(act) {
  return async function handle(event) {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      await act(event);
    } catch (error) {
      showError(error, () => button.click());
    } finally {
      button.disabled = false;
      const isLost = document.activeElement === document.body; // the button was disabled, or is gone
      if (isLost) (button.isConnected ? button : document.querySelector("main h1")).focus();
    }
  };
}

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
