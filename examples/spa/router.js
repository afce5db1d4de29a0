// Pages by address. A page is an async function of {params, query, get, signal} that returns a node with one <h1>.
// `signal` is aborted when the page is left, and with it every `get(path, query)`: nothing of the page stays behind.
import { api, toQuery } from "./api.js";

const SHOP = document.title;
const routes = [];
const positions = new Map(); // key of a history entry -> how far it was scrolled
let current = new AbortController();
let key = history.state?.key ?? Math.random();
let fallback;

/** Show the page that `load()` resolves to for paths like "/courses/:slug"; `guard(url)` may return another address. */
export function route(path, load, guard) {
  const pattern = path.replace(/\/:(\w+)\?/g, "(?:/(?<$1>[^/]+))?").replace(/:(\w+)/g, "(?<$1>[^/]+)");
  routes.push({ pattern: new RegExp(`^${pattern}/?$`), load, guard });
}

/** `onError(error)` returns the page for what cannot be shown, `notFound()` the one for an unknown address. */
export function start({ notFound, onError }) {
  fallback = { notFound, onError };
  history.scrollRestoration = "manual";
  history.replaceState({ key }, "");
  window.addEventListener("popstate", () => leaveFor(history.state?.key));
  document.addEventListener("click", followLink);
  document.addEventListener("submit", followForm);
  return render();
}

export function go(url, { replace = false } = {}) {
  const next = Math.random();
  history[replace ? "replaceState" : "pushState"]({ key: next }, "", url);
  return leaveFor(next);
}

/** Make the page again, where it stands. */
export const refresh = () => render({ moveFocus: false, top: scrollY });

/** Write the state of the page into its address, without making the page again; with `push`, "back" returns to the state before. */
export function setQuery(query, { push = false } = {}) {
  if (push) positions.set(key, scrollY);
  if (push) key = Math.random();
  history[push ? "pushState" : "replaceState"]({ key }, "", location.pathname + toQuery(query));
}

function leaveFor(next) {
  positions.set(key, scrollY);
  key = next ?? Math.random();
  return render({ moveFocus: true, top: positions.get(key) ?? 0 });
}

async function render({ moveFocus = false, top = 0 } = {}) {
  current.abort();
  const { signal } = (current = new AbortController());
  const main = document.querySelector("main");
  main.setAttribute("aria-busy", "true");
  const page = await makePage(new URL(location), signal);
  if (signal.aborted) return; // somebody went on while this page was loading
  main.replaceChildren(page);
  main.setAttribute("aria-busy", "false");
  const heading = main.querySelector("h1");
  heading.tabIndex = -1; // it can take the focus
  document.title = location.pathname === "/" ? SHOP : `${heading.textContent} · ${SHOP}`;
  window.scrollTo({ top, behavior: "instant" });
  if (moveFocus) heading.focus({ preventScroll: true }); // screen readers read it, and Tab goes on from there
  window.dispatchEvent(new Event("page"));
}

async function makePage(url, signal) {
  try {
    for (const { pattern, load, guard } of routes) {
      const match = url.pathname.match(pattern);
      if (!match) continue;
      const elsewhere = guard?.(url);
      if (elsewhere) return go(elsewhere, { replace: true });
      const params = Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, text]) => [name, text && decodeURIComponent(text)]));
      const page = await load();
      const get = (path, query) => api.get(path, query, { signal });
      return await page({ params, query: Object.fromEntries(url.searchParams), get, signal });
    }
    return fallback.notFound();
  } catch (error) {
    return fallback.onError(error);
  }
}

function followLink(event) {
  const link = event.target.closest("a[href]");
  const otherwise = event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (!link || otherwise || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
  event.preventDefault();
  if (link.hash && link.pathname === location.pathname) return document.querySelector(link.hash)?.focus(); // a place on this page
  go(link.href);
}

function followForm(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "get" || new URL(form.action).origin !== location.origin) return;
  event.preventDefault();
  go(new URL(form.action).pathname + toQuery(Object.fromEntries(new FormData(form))));
}
