// The search field of every page, with suggestions as one types: a combobox by https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
import { api, go, html, plural } from "../kit.js";

const PAUSE_MS = 150; // after the last key
const MIN_LENGTH = 2;
const KINDS = { course: "Course", tag: "Tag", instructor: "Instructor" };
const ADDRESSES = { course: ({ slug }) => `/courses/${slug}`, tag: ({ slug }) => `/?tag=${encodeURIComponent(slug)}`, instructor: ({ id }) => `/instructors/${id}` };

export function searchField() {
  let active, running, timer;
  const status = html`<p class="hidden" role="status"></p>`;
  const box = html`<ul id="suggestions" class="plain" role="listbox" aria-label="Suggestions" hidden></ul>`;
  const input = html`<input name="search" role="combobox" aria-label="Search courses" aria-autocomplete="list" aria-controls="suggestions" aria-expanded="false"
    placeholder="Search courses" autocomplete="off" enterkeyhint="search" maxlength="120" oninput=${soon} onkeydown=${onKey} onblur=${close}>`;

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(suggest, PAUSE_MS);
  }
  async function suggest() {
    const q = input.value.trim().slice(0, 60);
    close();
    if (q.length < MIN_LENGTH) return;
    running = new AbortController();
    const found = await api.get("/courses/suggestions", { q }, { signal: running.signal }).catch(() => null); // the search itself says what is wrong
    if (found) show(found.results);
  }
  function show(suggestions) {
    box.replaceChildren(...suggestions.map(option));
    box.hidden = !suggestions.length;
    input.ariaExpanded = String(!box.hidden);
    status.textContent = suggestions.length ? `${plural(suggestions.length, "suggestion")}, use the arrow keys` : "No suggestion";
  }
  const option = (suggestion, index) => html`<li id="suggestion-${index}" role="option" aria-selected="false" onmousedown=${(event) => event.preventDefault()}
    onclick=${() => go(ADDRESSES[suggestion.kind](suggestion))}>${suggestion.text} <span class="muted">${KINDS[suggestion.kind]}</span></li>`;

  function close() {
    clearTimeout(timer);
    running?.abort(); // an answer that comes late must not open the box again
    box.hidden = true;
    input.ariaExpanded = "false";
    status.textContent = "";
    mark(null);
  }
  function mark(element) {
    active?.setAttribute("aria-selected", "false");
    active = element;
    active?.setAttribute("aria-selected", "true");
    active?.scrollIntoView({ block: "nearest" });
    if (active) input.setAttribute("aria-activedescendant", active.id);
    else input.removeAttribute("aria-activedescendant");
  }
  const acts = {
    ArrowDown: () => mark(active ? active.nextElementSibling : box.firstElementChild), // after the last one: the field itself
    ArrowUp: () => mark(active ? active.previousElementSibling : box.lastElementChild),
    Enter: () => active.click(),
    Escape: close,
  };
  function onKey(event) {
    if (event.key === "Enter" && !active) return close(); // the form is sent
    if (box.hidden || event.isComposing || !acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }
  return [input, box, status];
}
