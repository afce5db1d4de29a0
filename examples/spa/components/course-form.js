// The fields of POST and PATCH /courses.

import { field, form } from "./form.js";
import { LEVELS } from "./format.js";
import { moneyFields, readMoney } from "./price.js";
import { html } from "../html.js";

const COMPLETION = { manual_or_watched: "Watched, or ticked by the student", watched: "Only when it was watched" };
const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

export function courseForm({ course = {}, categories, submit, send }) {
  const { title, subtitle, description, category, level = "all", language = "en", price, completion = "manual_or_watched" } = course;
  const many = (name, label, hint) =>
    field({ label, name, type: "textarea", value: (course[name] ?? []).join("\n"), hint: `One a line. ${hint}` });
  const fields = [
    field({ label: "Title", name: "title", value: title, maxlength: 120, required: true, hint: "At most 120 characters." }),
    field({ label: "Subtitle", name: "subtitle", value: subtitle, maxlength: 200, hint: "What one gets, in a sentence of at most 200 characters." }),
    html`<div class="columns">${[
      field({ label: "Category", name: "category", value: category?.slug, options: categories.map(({ slug, name }) => [slug, name]) }),
      field({ label: "Level", name: "level", value: level, options: Object.entries(LEVELS) }),
      field({ label: "Language", name: "language", value: language, maxlength: 10, hint: "A code, like en or pt-BR." }),
    ]}</div>`,
    html`<div class="columns">${moneyFields({ label: "Price", name: "price", value: price, hint: "0 makes the course free." })}</div>`,
    field({ label: "Description", name: "description", type: "textarea", rows: 10, value: description, maxlength: 20000, hint: "Markdown, at most 20,000 characters. Needed before you publish." }),
    many("objectives", "What students learn", "At most 20, of 200 characters each."),
    many("requirements", "What they need before", "At most 20, of 200 characters each."),
    many("tags", "Tags", "At most 10, of 30 characters each."),
    field({ label: "A video is completed when it is", name: "completion", value: completion, options: Object.entries(COMPLETION) }),
  ];
  return form({ class: "form", fields, submit, send: (values) => send(toCourse(values)) });
}

/** The values of the fields, as the API takes them. */
function toCourse({ price, currency, objectives, requirements, tags, ...rest }) {
  const money = readMoney(price, currency, "price");
  return { ...rest, price: money, objectives: lines(objectives), requirements: lines(requirements), tags: lines(tags) };
}
