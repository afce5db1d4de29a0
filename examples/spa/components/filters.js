// The filters of the catalogue: what is chosen in its query, and the choices that GET /courses/facets has counted.
import { field, html, languageName, LEVELS } from "../kit.js";

// Each price is what it adds to the query. Amounts are in the currency's smallest unit.
const PRICES = [["free=true", "Free"], ...[25, 50, 100].map((dollars) => [`currency=usd&price_max=${dollars * 100}`, `Up to $${dollars}`])];
const NO_PRICE = { free: "", currency: "", price_max: "" };
const RATINGS = ["4.5", "4", "3"];
export const categoryNames = new Map(); // by slug, as answers bring them

const parts = (text) => (text ? text.split(",") : []);
const without = (text, part) => parts(text).filter((each) => each !== part).join(",");
const nameOf = (slug) => categoryNames.get(slug) ?? slug;
const priceOf = (query) => PRICES.find(([key]) => [...new URLSearchParams(key)].every(([name, value]) => query[name] === value));

/** What a person has chosen, each [words, the query without it]. */
export const chosen = (query) => [
  ...parts(query.category).map((slug) => [nameOf(slug), { category: without(query.category, slug) }]),
  ...parts(query.tag).map((tag) => [`#${tag}`, { tag: without(query.tag, tag) }]),
  ...(query.level ? [[LEVELS[query.level], { level: "" }]] : []),
  ...(query.language ? [[languageName(query.language), { language: "" }]] : []),
  ...(priceOf(query) ? [[priceOf(query)[1], NO_PRICE]] : []),
  ...(query.rating_min ? [[`${query.rating_min} stars and up`, { rating_min: "" }]] : []),
];

/** The controls of the filters, with how many courses each choice would leave. What is chosen is there, also without any. */
export function filterControls({ category, level, language: languages, free, tag }, query) {
  for (const { slug, name } of category) categoryNames.set(slug, name);
  const counted = (name, items, words) => {
    const uncounted = parts(query[name]).filter((one) => !items.some(({ value }) => value === one));
    return [...items, ...uncounted.map((value) => ({ value, count: 0 }))].map(({ value, count }) => [value, `${words(value)} (${count})`]);
  };
  const choice = (label, name, options) => field({ label, name, options: [["", "Any"], ...options], value: query[name] ?? "" });
  const ticks = (title, name, options) => options.length > 0 && html`<fieldset><legend>${title}</legend>${options.map(([value, words]) => html`<label>
    <input type="checkbox" name=${name} value=${value} checked=${parts(query[name]).includes(value)}> ${words}</label>`)}</fieldset>`;
  const freeCount = free.find(({ value }) => value)?.count ?? 0;
  const prices = [["", "Any"], ...PRICES.map(([key, words]) => [key, key === "free=true" ? `${words} (${freeCount})` : words])];
  return [
    ticks("Category", "category", counted("category", category.map(({ slug, count }) => ({ value: slug, count })), nameOf)),
    ticks("Tags", "tag", counted("tag", tag, (one) => one)),
    html`<div class="choices">
      ${choice("Level", "level", counted("level", level, (one) => LEVELS[one]))}
      ${choice("Language", "language", counted("language", languages, languageName))}
      ${field({ label: "Price", name: "price", options: prices, value: priceOf(query)?.[0] ?? "" })}
      ${choice("Rating", "rating_min", RATINGS.map((stars) => [stars, `${stars} and up`]))}
    </div>`,
  ].filter(Boolean);
}

/** What the control that was changed puts into the query; ticks of one name are joined by commas. */
export function choiceOf({ name, value }, form) {
  if (name === "price") return { ...NO_PRICE, ...Object.fromEntries(new URLSearchParams(value)) };
  return { [name]: new FormData(form).getAll(name).join(",") };
}
