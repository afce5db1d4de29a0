// GET /courses/mine: the courses that I write. POST and PATCH /courses: what a course is, without its outline.
import { api, COURSE_STATUSES, courseBadge, courseHead, field, form, go, html, LEVELS, list, moneyFields, notice, panel, pictureForm, plural, price, readMoney, tabs, teachingNav, thumbnail } from "../shop.js";

const PACING = { free: "In any order", in_order: "Each lecture after the one before" };
const COMPLETION = { manual_or_watched: "Watched, or ticked by the student", watched: "Only when it was watched" };

export async function teachCoursesPage({ query, get }) {
  const { status } = query;
  const first = await get("/courses/mine", { status });
  const states = Object.entries(COURSE_STATUSES).map(([key, words]) => [`/teach/courses?status=${key}`, words]);
  const none = status ? html`<h2>None of these</h2><p>You have no course in this state. <a href="/teach/courses">Show all</a></p>`
    : html`<h2>Write your first course</h2><p>It starts as a draft that only you see. <a href="/teach/new">Begin</a></p>`;
  return html`<section class="medium stack">
    <div class="spread"><h1>My courses</h1><a class="button primary" href="/teach/new">New course</a></div>
    ${teachingNav()}
    ${tabs("State", [["/teach/courses", "All"], ...states])}
    ${list(first, row, none)}
  </section>`;
}

const row = (course) => html`<li>
  ${thumbnail(course)}
  <div class="grow"><h2><a href="/teach/${course.id}">${course.title}</a></h2>
    <p class="muted">${plural(course.lecture_count, "lecture")} · ${plural(course.enrolled_count, "student")} · ${price(course.price)}</p></div>
  ${courseBadge(course.status)}
</li>`;

export async function teachDetailsPage({ params, get }) {
  const id = params.course; // none for a new course
  const [{ results: categories }, course] = await Promise.all([get("/categories", { page_size: 100 }), id && get(`/courses/${id}`)]);
  return course ? details(course, categories) : newCourse(categories);
}

function newCourse(categories) {
  async function create(values) {
    const course = await api.post("/courses", values);
    notice("Your draft is saved. Add sections and lectures next.");
    go(`/teach/${course.id}`);
  }
  return html`<section class="medium stack">
    <p><a href="/teach">My teaching</a></p><h1>New course</h1>
    <p>You can change all of this later. Nobody else sees the course until you publish it.</p>
    ${courseForm({ categories, submit: "Create the draft", send: create })}
  </section>`;
}

function details(course, categories) {
  const save = async (values) => (await api.patch(`/courses/${course.id}`, values), notice("The details are saved."));
  const picture = (again) => {
    const take = (changed) => ((course = changed), again());
    const put = async (body) => take(await api.put(`/courses/${course.id}/thumbnail`, body));
    const remove = async () => take(await api.patch(`/courses/${course.id}`, { thumbnail: null }));
    return pictureForm({ name: "thumbnail", shown: thumbnail(course), put, remove: course.thumbnail && remove });
  };
  return html`<section class="medium stack">
    ${courseHead(course, "details")}
    ${panel("Picture", picture)}
    ${panel("Details", () => courseForm({ course, categories, submit: "Save details", send: save }))}
  </section>`;
}

function courseForm({ course = {}, categories, submit, send }) {
  const { title, subtitle, description, category, level = "all", language = "en", price, completion = "manual_or_watched", pacing = "free" } = course;
  const many = (name, label, hint) =>
    field({ label, name, type: "textarea", value: (course[name] ?? []).join("\n"), hint: `One a line. ${hint}` });
  const fields = [
    field({ label: "Title", name: "title", value: title, maxlength: 120, required: true, hint: "At most 120 characters." }),
    field({ label: "Subtitle", name: "subtitle", value: subtitle, maxlength: 200, hint: "What one gets, in a sentence of at most 200 characters." }),
    html`<div class="columns">
      ${field({ label: "Category", name: "category", value: category?.slug, options: categories.map(({ slug, name }) => [slug, name]) })}
      ${field({ label: "Level", name: "level", value: level, options: Object.entries(LEVELS) })}
      ${field({ label: "Language", name: "language", value: language, maxlength: 10, hint: "A code, like en or pt-BR." })}
    </div>`,
    html`<div class="columns">${moneyFields({ label: "Price", name: "price", value: price, hint: "0 makes the course free." })}</div>`,
    field({ label: "Description", name: "description", type: "textarea", rows: 10, value: description, maxlength: 20000, hint: "Markdown, at most 20,000 characters. Needed before you publish." }),
    many("objectives", "What students learn", "At most 20, of 200 characters each."),
    many("requirements", "What they need before", "At most 20, of 200 characters each."),
    many("tags", "Tags", "At most 10, of 30 characters each."),
    field({ label: "A video is completed when it is", name: "completion", value: completion, options: Object.entries(COMPLETION) }),
    field({ label: "Students open the lectures", name: "pacing", value: pacing, options: Object.entries(PACING) }),
  ];
  return form({ fields, submit, send: (values) => send(toCourse(values)) });
}

/** The values of the fields, as the API takes them. */
function toCourse({ price, currency, objectives, requirements, tags, ...rest }) {
  const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
  const lists = { objectives: lines(objectives), requirements: lines(requirements), tags: lines(tags) };
  return { ...rest, ...lists, price: readMoney(price, currency, "price") };
}
