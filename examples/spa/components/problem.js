// Pages for what cannot be shown.

import { html } from "../html.js";
import { refresh } from "../router.js";

export function notFoundPage() {
  return html`<section class="narrow center">
    <h1>Page not found</h1>
    <p>There is nothing at this address. It may have been moved, or it is not public.</p>
    <p><a class="button" href="/">Browse the courses</a></p>
  </section>`;
}

/** `again` is what "Try again" does. */
export function errorPage(error, again = refresh) {
  if (error.status === 404) return notFoundPage();
  if (!error.errors && error.name !== "AbortError") console.error(error); // a mistake of this shop
  return html`<section class="narrow center">
    <h1>${error.mayPass ? "The courses are out of reach" : "This cannot be shown"}</h1>
    <p>${error.errors ? error.message : "Something went wrong in this page."}</p>
    <p><button class="primary" type="button" onclick=${() => again()}>Try again</button></p>
    ${error.requestId && html`<p class="muted">If you ask for help, name this request: <code>${error.requestId}</code></p>`}
  </section>`;
}
