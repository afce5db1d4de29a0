import { html } from "../html.js";

const PLACES = [["/teach", "My courses"], ["/teach/coupons", "Coupons"], ["/teach/earnings", "Earnings"]];

/** The instructor's pages beside each other. */
export const teachingNav = () => tabs("Teaching", PLACES);

/** Links to pages beside each other, each [address, words]; the one that is open is marked. */
export function tabs(label, places) {
  const here = location.pathname + location.search;
  return html`<nav class="tabs" aria-label=${label}>
    ${places.map(([url, words]) => html`<a href=${url} aria-current=${url === here && "page"}>${words}</a>`)}
  </nav>`;
}
