// The top and the foot of every page: search, ways on by role, account menu.
import { avatar, button, html, onSession, session, signOut, SITE } from "../kit.js";
import { searchField } from "./search.js";

export function header(place) {
  const account = html`<nav class="account" aria-label="Account"></nav>`;
  place.replaceChildren(html`<a class="logo" href="/"><img src="/icon.svg" alt="" width="28" height="28"> Lectern</a>
    <form id="search" role="search" action="/">${searchField()}</form>
    ${account}`);
  const show = () => account.replaceChildren(session.user ? personMenu(session.user) : visitorLinks());
  onSession(show);
  show();
  window.addEventListener("page", markCurrent);
}

export const footer = () => html`<footer id="footer">
  <p>Lectern, an example shop on an open API.</p>
  <nav aria-label="More">
    <a href="${SITE}/api/docs">API reference</a>
    <a href="${SITE}/admin/">Staff</a>
  </nav>
</footer>`;

function visitorLinks() {
  const next = ["/", "/sign-in", "/sign-up"].includes(location.pathname) ? "" : `?next=${encodeURIComponent(location.pathname)}`;
  return html`<a class="wide" href="/">Courses</a>
    <a href="/sign-in${next}">Sign in</a>
    <a class="button primary" href="/sign-up${next}">Sign up</a>`;
}

function personMenu(user) {
  const teaches = user.role === "instructor";
  return html`<a class="wide" href="/">Courses</a>
    <a class="wide" href="/learn">My courses</a>
    ${teaches && html`<a class="wide" href="/teach">Teach</a>`}
    <button class="menu-button" type="button" popovertarget="menu" aria-label="Account menu">${avatar(user)}</button>
    <div id="menu" popover onclick=${(event) => event.target.closest("a") && event.currentTarget.hidePopover()}>
      <p><strong>${user.name}</strong><br><span class="muted">${user.email}</span></p>
      <a href="/learn">My courses</a>
      <a href="/wishlist">My wishlist</a>
      <a href="/certificates">My certificates</a>
      <a href="/orders">My orders</a>
      ${teaches && html`<a href="/teach">My teaching</a>`}
      <a href="/account">Account</a>
      ${button("Sign out", signOut)}
    </div>`;
}

/** The link to the page that is open is marked, and the search field shows what its address holds, unless somebody writes in it. */
function markCurrent() {
  for (const link of document.querySelectorAll("#header a")) link.ariaCurrent = link.pathname === location.pathname ? "page" : null;
  const input = document.querySelector("#search input");
  if (input !== document.activeElement) input.value = new URLSearchParams(location.search).get("search") ?? "";
}
