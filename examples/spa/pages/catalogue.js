// GET /courses: search as one types, filters, orderings, pages. What is chosen stands in the address.
import { api, courseCard, field, html, languageName, LEVELS, list, plural, setQuery, showError, valuesOf } from "../shop.js";

const PAUSE_MS = 250; // after the last key, before the search is sent
const LANGUAGES = ["en", "de", "es", "fr"];
// Each price is what it adds to the query. Amounts are in the currency's smallest unit.
const PRICES = [["", "Any"], ["free=true", "Free"], ...[25, 50, 100].map((dollars) => [`currency=usd&price_max=${dollars * 100}`, `Up to $${dollars}`])];
const ORDERINGS = [["", "Newest"], ["-enrolled", "Most students"], ["-rating", "Best rated"], ["price", "Price, low to high"], ["-price", "Price, high to low"]];

export async function cataloguePage({ query, get, signal }) {
  const [categories, courses] = await Promise.all([get("/categories", { page_size: 100 }), search(query, signal)]);
  const results = html`<div></div>`;
  const filters = filterForm(categories.results, query);
  const words = document.querySelector("#search");
  let running, timer;

  async function update() {
    running?.abort(); // an older answer must not come after a newer one
    running = new AbortController();
    const { price, ...chosen } = { ...valuesOf(words), ...valuesOf(filters) };
    const wanted = { ...chosen, ...Object.fromEntries(new URLSearchParams(price)) };
    setQuery(wanted);
    results.setAttribute("aria-busy", "true");
    try {
      show(results, await search(wanted, AbortSignal.any([signal, running.signal])), wanted);
    } catch (error) {
      showError(error, update);
    }
  }
  const soon = (event) => {
    event.preventDefault();
    clearTimeout(timer);
    timer = setTimeout(update, event.type === "submit" ? 0 : PAUSE_MS);
  };
  for (const element of [words, filters]) {
    for (const type of ["input", "submit"]) element.addEventListener(type, soon, { signal });
  }
  signal.addEventListener("abort", () => clearTimeout(timer));
  show(results, courses, query);
  return html`<section class="catalogue">
    <header class="hero"><h1>Learn something that lasts</h1>
      <p>Courses by people who do the work. Watch a lecture before you buy, and keep what you bought.</p></header>
    ${filters}<p id="found" class="hidden" role="status"></p>${results}
  </section>`;
}

const search = (query, signal) => api.get("/courses", { ...query, page_size: 12 }, { signal });

function show(results, page, query) {
  const empty = html`<h2>No course found</h2><p>${query.search ? `Nothing matches “${query.search}”.` : "Nothing matches these filters."}
    <a href="/">Show all courses</a></p>`;
  const found = page.next ? `More than ${page.results.length} courses` : plural(page.results.length, "course");
  results.replaceChildren(list(page, courseCard, empty, html`<div class="grid"></div>`));
  results.setAttribute("aria-busy", "false");
  document.querySelector("#found")?.replaceChildren(found); // read aloud after each search
}

const isIn = (part, query) => [...new URLSearchParams(part)].every(([name, value]) => query[name] === value);

function filterForm(categories, query) {
  const choice = (label, name, options) => field({ label, name, options, value: query[name] ?? "" });
  return html`<form class="filters" aria-label="Filters">
    ${choice("Category", "category", [["", "All"], ...categories.map(({ slug, name }) => [slug, name])])}
    ${choice("Level", "level", [["", "Any"], ...Object.entries(LEVELS)])}
    ${choice("Language", "language", [["", "Any"], ...LANGUAGES.map((code) => [code, languageName(code)])])}
    ${choice("Rating", "rating_min", [["", "Any"], ["4.5", "4.5 and up"], ["4", "4 and up"], ["3", "3 and up"]])}
    ${field({ label: "Price", name: "price", options: PRICES, value: PRICES.map(([key]) => key).findLast((key) => isIn(key, query)) })}
    ${choice("Order", "ordering", ORDERINGS)}
  </form>`;
}
