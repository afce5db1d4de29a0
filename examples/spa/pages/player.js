// GET /courses/{course}/lectures: one's way through a course, and one of its lectures.
import { go, html, keepPosition, lastSaved, lectureContent, length, message, outline, study } from "../shop.js";

export async function playerPage({ params, get, signal }) {
  const course = await get(`/courses/${params.course}`);
  const access = await get(`/courses/${course.id}/access`);
  if (!access.can_watch) return go(`/courses/${course.slug}`, { replace: true });
  await lastSaved(); // of the lecture before
  // The instructor and staff may watch as well, but only students make progress.
  const progress = access.reason === "enrolled" ? await get(`/courses/${course.id}/progress`) : null;
  const lectures = course.sections.flatMap((section) => section.lectures);
  const wanted = params.lecture ?? progress?.resume?.lecture ?? lectures[0]?.id;
  const index = lectures.findIndex((lecture) => lecture.id === wanted);
  if (index < 0) return notThere(course);
  if (!params.lecture) history.replaceState(history.state, "", `/learn/${course.slug}/${wanted}`);
  return lecturePage({ course, progress, lectures, index, signal });
}

async function lecturePage({ course, progress, lectures, index, signal }) {
  const lecture = lectures[index];
  const content = await lectureContent(lecture, { signal });
  const entry = (one) => html`<a href="/learn/${course.slug}/${one.id}" data-lecture=${one.id} aria-current=${one === lecture && "page"}>${one.title}
    <span class="hidden done">completed</span></a>${length(one)}`;
  const side = html`<aside class="panel"><div class="summary" aria-live="polite"></div><h2 class="hidden">Content</h2>${outline(course.sections, entry)}</aside>`;
  const mine = progress && study({ course, lecture, progress, side, signal });
  if (mine && content instanceof HTMLVideoElement) keepPosition(content, mine, signal);
  return html`<article class="player">
    <div class="stage">
      <header><p class="muted"><a href="/courses/${course.slug}">${course.title}</a></p><h1>${lecture.title}</h1></header>
      ${content}
      <nav class="steps" aria-label="Lectures">${step("Previous", course, lectures[index - 1])}${mine?.tick}${step("Next", course, lectures[index + 1])}</nav>
    </div>
    ${side}
  </article>`;
}

function step(words, course, lecture) {
  if (!lecture) return html`<span></span>`;
  return html`<a class="button ${words === "Next" ? "primary" : ""}" href="/learn/${course.slug}/${lecture.id}"><span>${words}<small>${lecture.title}</small></span></a>`;
}

const notThere = (course) => message("This lecture is not here", html`<p>It was removed, or the course has none yet.</p>
  <p><a class="button" href="/courses/${course.slug}">Back to the course</a></p>`);
