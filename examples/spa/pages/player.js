// GET /courses/{course}/lectures: one's way through a course, with what is done of it, and one of its lectures.
import { go, html, keepPosition, lastSaved, lectureContent, length, locked, message, notes, outline, progressOf, study } from "../shop.js";

export async function playerPage({ params, query, get, signal }) {
  await lastSaved(); // of the lecture before
  const curriculum = await get(`/courses/${params.course}/lectures`);
  const lectures = curriculum.sections.flatMap((section) => section.lectures);
  const [first] = lectures;
  if (first && first.completed === undefined) return go(`/courses/${params.course}`, { replace: true }); // no access
  const wanted = params.lecture ?? curriculum.resume?.lecture ?? first?.id;
  const lecture = lectures.find(({ id }) => id === wanted);
  if (!lecture) return notThere(params.course);
  const home = `/learn/${params.course}`;
  if (!params.lecture) history.replaceState(history.state, "", `${home}/${wanted}`);
  return lecturePage({ curriculum, home, lectures, lecture, query, get, signal });
}

async function lecturePage({ curriculum, home, lectures, lecture, query, get, signal }) {
  const { course, sections, percentage } = curriculum;
  const [content, firstNotes] = await (lecture.locked
    ? [html`<div class="panel">${locked(lecture, lectures)}</div>`]
    : Promise.all([lectureContent(lecture, { get, query, signal }), get(`/lectures/${lecture.id}/notes`)]));
  const video = content instanceof HTMLVideoElement ? content : null;
  const entry = (one) => html`<a href="${home}/${one.id}" data-lecture=${one.id} aria-current=${one === lecture && "page"}>${one.title}
    <span class="hidden done">completed</span>${one.locked && html`<small>${locked(one, lectures)}</small>`}</a>${length(one)}`;
  const side = html`<aside class="panel"><div class="summary" aria-live="polite"></div><h2 class="hidden">Content</h2>${outline(sections, entry)}</aside>`;
  // The instructor and staff may watch as well, but only students make progress.
  const mine = percentage !== null && study({ course, lecture, lectures, progress: progressOf(curriculum), side, signal });
  if (mine && video) keepPosition(video, mine, signal);
  const index = lectures.indexOf(lecture);
  return html`<article class="player">
    <div class="stage">
      <header><p class="muted"><a href="/courses/${course.slug}">${course.title}</a></p><h1>${lecture.title}</h1></header>
      ${content}
      <nav class="steps" aria-label="Lectures">${step("Previous", home, lectures[index - 1])}${!lecture.locked && mine?.tick}${step("Next", home, lectures[index + 1])}</nav>
      ${firstNotes && notes(lecture, firstNotes, video)}
    </div>
    ${side}
  </article>`;
}

function step(words, home, lecture) {
  if (!lecture) return html`<span></span>`;
  return html`<a class="button ${words === "Next" ? "primary" : ""}" href="${home}/${lecture.id}"><span>${words}<small>${lecture.title}</small></span></a>`;
}

const notThere = (course) => message("This lecture is not here", html`<p>It was removed, or the course has none yet.</p>
  <p><a class="button" href="/courses/${course}">Back to the course</a></p>`);
