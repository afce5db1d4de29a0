// GET /courses: search as one types, filters, orderings, pages. GET /courses/facets: what there is to choose from.
import { api, categoryNames, choiceOf, chosen, courseCard, field, filterControls, html, list, plural, setQuery, showError } from "../shop.js";

const PAUSE_MS = 250; // after the last key, before the search is sent
const ORDERINGS = [["", "Newest"], ["-enrolled", "Most students"], ["-rating", "Best rated"], ["price", "Price, low to high"], ["-price", "Price, high to low"]];
let isOpen = false; // whether the filters are shown, also for who comes back

export async function cataloguePage({ query, signal }) {
  let wanted = query; // what the address holds
  let running = new AbortController(); // an older answer must not come after a newer one
  let timer;
  const results = html`<div></div>`;
  const chips = html`<div class="chips"></div>`;
  const found = html`<p class="muted" role="status"></p>`;
  const facets = html`<div id="facets" class="panel" hidden=${!isOpen}></div>`;
  const toggle = html`<button type="button" aria-controls="facets" aria-expanded=${String(isOpen)} onclick=${open}>Filters</button>`;
  const order = field({ label: "Order", name: "ordering", options: ORDERINGS, value: query.ordering ?? "" });
  const filters = html`<form class="finder" aria-label="Filters"><div class="spread">${toggle}${found}${order}</div>${chips}${facets}</form>`;
  const words = document.querySelector("#search");

  async function find(upTo) {
    const page = await api.get("/courses", { ...wanted, page_size: 12 }, { signal: upTo });
    for (const { category } of page.results) categoryNames.set(category.slug, category.name);
    const empty = html`<h2>No course found</h2><p>${wanted.search ? `Nothing matches “${wanted.search}”.` : "Nothing matches these filters."}
      <a href="/">Show all courses</a></p>`;
    results.replaceChildren(list(page, courseCard, empty, html`<div class="grid"></div>`));
    if (!isOpen) found.textContent = page.next ? `More than ${page.results.length} courses` : plural(page.results.length, "course"); // read aloud
  }
  /** The counts cost a call, and are read when somebody looks at them. */
  async function count(upTo) {
    if (!isOpen) return facets.replaceChildren();
    const counts = await api.get("/courses/facets", wanted, { signal: upTo });
    const { name, value } = document.activeElement;
    const isSame = (control) => name && control.name === name && (control.type !== "checkbox" || control.value === value);
    facets.replaceChildren(...filterControls(counts, wanted));
    [...filters.elements].find(isSame)?.focus(); // the keyboard goes on where it was
    found.textContent = plural(counts.total, "course");
  }
  const signals = () => AbortSignal.any([signal, running.signal]);
  async function load() {
    running.abort();
    running = new AbortController();
    results.setAttribute("aria-busy", "true");
    await Promise.all([find(signals()), count(signals())]);
    results.setAttribute("aria-busy", "false");
    chips.replaceChildren(...chosen(wanted).map(chip));
    order.querySelector("option").textContent = wanted.search ? "Best match" : "Newest"; // what the API does by default
  }
  const reload = () => load().catch((error) => showError(error, reload));
  function change(values, push = true) {
    wanted = { ...wanted, ...values };
    setQuery(wanted, { push });
    return reload();
  }
  function open() {
    isOpen = facets.hidden;
    facets.hidden = !isOpen;
    toggle.ariaExpanded = String(isOpen);
    count(signals()).catch((error) => showError(error, reload));
  }
  const chip = ([name, rest]) => html`<button type="button" class="chip" aria-label="Remove the filter ${name}"
    onclick=${async () => (await change(rest), (chips.querySelector("button") ?? toggle).focus())}>${name} <span aria-hidden="true">×</span></button>`;
  const type = (event) => {
    event.preventDefault();
    clearTimeout(timer);
    timer = setTimeout(() => change({ search: words.elements.search.value.trim() }, false), event.type === "submit" ? 0 : PAUSE_MS);
  };
  for (const event of ["input", "submit"]) words.addEventListener(event, type, { signal });
  filters.addEventListener("change", ({ target }) => change(choiceOf(target, filters)));
  filters.addEventListener("submit", (event) => event.preventDefault());
  signal.addEventListener("abort", () => clearTimeout(timer));
  await load();
  return html`<section class="catalogue">
    <header class="hero"><h1>Learn something that lasts</h1>
      <p>Courses by people who do the work. Watch a lecture before you buy, and keep what you bought.</p></header>
    ${filters}${results}
  </section>`;
}
