// GET /courses/{slug}: what a course holds, and the way in. GET /instructors/{id}: who gives it.
import { avatar, button, buyBox, courseCard, day, dialog, duration, facts, html, isExam, languageName, later, lectureContent, length, LEVELS, outline, plural, rating, raw, reviews, thumbnail } from "../shop.js";

export async function coursePage({ params, get, signal }) {
  const course = await get(`/courses/${params.slug}`);
  const { slug, status, viewer } = course;
  const mayBuy = viewer && !viewer.can_watch && course.price.amount > 0;
  const purchase = mayBuy ? await get(`/courses/${slug}/purchase`) : null;
  return html`<article class="course">
    ${summary(course)}
    <aside class="panel offer">${thumbnail(course)}${buyBox(course, purchase)}${facts(linesOf(course))}</aside>
    <div class="parts">
      ${course.objectives.length > 0 && bullets("What you will learn", course.objectives, "checks")}
      <section><h2>Content</h2>${outline(course.sections, (lecture) => entry(lecture, course, signal))}</section>
      ${course.requirements.length > 0 && bullets("What you need", course.requirements)}
      ${course.description_html && html`<section class="prose"><h2>About this course</h2>${raw(course.description_html)}</section>`}
      ${course.tags.length > 0 && html`<p class="chips">${course.tags.map((tag) => html`<a class="chip" href="/?tag=${encodeURIComponent(tag)}">#${tag}</a>`)}</p>`}
      ${status === "published" && html`<section><h2>Reviews</h2>${later(() => reviews(course, get), signal)}</section>
        <section><h2>Related courses</h2>${later(() => related(slug, get), signal)}</section>`}
    </div>
  </article>`;
}

async function related(slug, get) {
  const { results } = await get(`/courses/${slug}/related`);
  return results.length ? html`<div class="grid">${results.slice(0, 4).map(courseCard)}</div>` : html`<p class="muted">There is no other course yet.</p>`;
}

const summary = (course) => html`<header>
  <p class="muted">${course.category && html`<a href="/?category=${course.category.slug}">${course.category.name}</a>`}
    ${course.status !== "published" && html`<span class="badge off">${course.status}</span>`}</p>
  <h1>${course.title}</h1>
  <p class="lead">${course.subtitle}</p>
  <p class="row">${rating(course.rating)}<span>${plural(course.enrolled_count, "student")}</span></p>
  <p class="row">${avatar(course.instructor)}<a href="/instructors/${course.instructor.id}">${course.instructor.name}</a></p>
</header>`;

const linesOf = (course) => [
  ["Level", LEVELS[course.level]],
  ["Language", languageName(course.language)],
  ["Lectures", course.lecture_count],
  ["Video", duration(course.duration_seconds)],
  ["Published", course.published_at && day(course.published_at)],
];

const bullets = (title, items, kind) =>
  html`<section><h2>${title}</h2><ul class=${kind}>${items.map((item) => html`<li>${item}</li>`)}</ul></section>`;

function entry(lecture, course, signal) {
  if (course.viewer?.can_watch) return html`<a href="/learn/${course.slug}/${lecture.id}">${lecture.title}</a>${length(lecture)}`;
  if (!lecture.is_preview || isExam(lecture)) return html`<span>${lecture.title}</span>${length(lecture)}`;
  const preview = async () => {
    const shown = await lectureContent(lecture, { signal });
    dialog(lecture.title, () => shown);
  };
  return html`${button(lecture.title, preview, { class: "link" })}<span class="badge">Preview</span>${length(lecture)}`;
}

export async function instructorPage({ params, get }) {
  const person = await get(`/instructors/${params.id}`);
  return html`<section class="stack-large">
    <header class="profile">${avatar(person)}<div>
      <h1>${person.name}</h1>
      <p class="lead">${person.headline}</p>
      <p class="row">${rating(person.rating)}<span>${plural(person.student_count, "student")}</span><span>${plural(person.course_count, "course")}</span></p>
    </div></header>
    ${person.bio && html`<p class="bio">${person.bio}</p>`}
    <h2>Courses</h2>
    <div class="grid">${person.courses.map(courseCard)}</div>
  </section>`;
}
