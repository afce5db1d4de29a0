import { SITE } from "../api.js";
import { html } from "../html.js";

export function footer() {
  return html`<footer id="footer">
    <p>Lectern, an example shop on an open API.</p>
    <nav aria-label="More">
      <a href="${SITE}/api/docs">API reference</a>
      <a href="${SITE}/admin/">Staff</a>
    </nav>
  </footer>`;
}
