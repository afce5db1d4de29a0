// What the instructor's pages share: their navigation, and the top of a course's pages with its status and publishing.
import { api, button, confirm, go, html, notice, refresh } from "../kit.js";

export const COURSE_STATUSES = { draft: "Draft", in_review: "In review", published: "Published", archived: "Archived" };
const ARCHIVE = { title: "Archive this course?", text: "It is not sold any more. Students who have it keep it.", action: "Archive" };

export const courseBadge = (status) => html`<span class="badge ${status === "published" ? "" : "off"}">${COURSE_STATUSES[status] ?? status}</span>`;

/** The instructor's pages beside each other. */
export const teachingNav = () => tabs("Teaching", [["/teach", "Overview"], ["/teach/courses", "Courses"], ["/teach/coupons", "Coupons"], ["/teach/earnings", "Earnings"]]);

/** Links to pages beside each other, each [address, words]; the one that is open is marked. */
export function tabs(label, places) {
  const here = location.pathname + location.search;
  return html`<nav class="tabs" aria-label=${label}>
    ${places.map(([url, words]) => html`<a href=${url} aria-current=${url === here && "page"}>${words}</a>`)}
  </nav>`;
}

export function courseHead(course, part) {
  const home = `/teach/${course.id}`;
  const missing = html`<div class="missing" role="alert" tabindex="-1"></div>`;
  return html`<header class="stack">
    <p><a href="/teach">My teaching</a></p>
    <div class="spread"><h1>${course.title}<span class="hidden">: ${part}</span></h1>${courseBadge(course.status)}</div>
    ${course.rejection_reason && html`<p class="missing" role="note"><strong>We sent it back:</strong> ${course.rejection_reason}</p>`}
    <div class="actions">${actions(course, missing)}</div>
    ${missing}
    ${tabs("Parts of the course", [[home, "Outline"], [`${home}/details`, "Details"], [`${home}/students`, "Students"], [`${home}/grades`, "Grades"], [`${home}/reviews`, "Reviews"]])}
  </header>`;
}

function actions(course, missing) {
  const is = (status) => course.status === status;
  const withdraw = () => move(course, "unpublish", "The course is a draft again.");
  return [
    !is("published") && !is("in_review") && button("Publish", () => publish(course, missing), { class: "primary" }),
    is("published") && button("Unpublish", withdraw),
    is("in_review") && button("Take it back", withdraw),
    is("published") && button("Archive", () => move(course, "archive", "The course is archived.", ARCHIVE)),
    html`<a class="button" href="/courses/${course.slug}">See its page</a>`,
    is("draft") && button("Delete", () => remove(course), { class: "danger" }),
  ];
}

async function publish(course, missing) {
  missing.replaceChildren();
  try {
    const { status, warnings } = await api.post(`/courses/${course.id}/publish`);
    notice(status === "in_review" ? "We check the course before it is published." : "The course is published.");
    for (const warning of warnings) notice(warning.detail, { link: ["Show the place", placeOf(course, warning)] });
    refresh();
  } catch (error) {
    if (error.code !== "not_publishable") throw error;
    missing.replaceChildren(html`<h2>Before you can publish</h2>
      <ul>${error.errors.map((each) => html`<li><a href=${placeOf(course, each)}>${each.detail}</a></li>`)}</ul>`);
    missing.focus();
  }
}

/** "lectures.<id>.asset" is on the page of that lecture, "lectures" in the outline, everything else in the details. */
function placeOf(course, { attr }) {
  const [noun, lecture] = attr.split(".");
  if (lecture && noun === "lectures") return `/teach/${course.id}/lectures/${lecture}`;
  return `/teach/${course.id}${noun === "lectures" ? "" : "/details"}`;
}

async function move(course, verb, done, question) {
  if (question && !(await confirm(question))) return;
  await api.post(`/courses/${course.id}/${verb}`);
  notice(done);
  refresh();
}

async function remove(course) {
  const text = `“${course.title}” is deleted with all its lectures. This cannot be undone.`;
  if (!(await confirm({ title: "Delete this course?", text, action: "Delete", danger: true }))) return;
  await api.del(`/courses/${course.id}`); // 409 has_students: the sentence says to archive it
  notice("The course is deleted.");
  go("/teach/courses", { replace: true });
}
