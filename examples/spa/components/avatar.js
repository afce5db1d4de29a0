import { html } from "../html.js";

/** The picture of a person, or their first letters. */
export function avatar({ name, avatar: picture }) {
  if (picture) return html`<img class="avatar" src=${picture} alt="" width="40" height="40" loading="lazy">`;
  const letters = name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("");
  return html`<span class="avatar" aria-hidden="true">${letters.toUpperCase()}</span>`;
}
