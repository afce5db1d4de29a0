// Studying: the outline of a course, what a lecture holds, and the progress that a student makes in it.
import { api, bytes, clock, dialog, html, languageName, moment, notice, raw, refresh, showError } from "../kit.js";
import { assignmentContent } from "./assignment.js";
import { keepForLater, sendKept } from "../offline.js";
import { progressBar } from "./course.js";
import { quizContent } from "./quiz.js";
import { reviewButton } from "./reviews.js";

const KINDS = { video: "Video", article: "Text", file: "File", quiz: "Quiz", assignment: "Assignment" };
const CONTENTS = { video: player, quiz: quizContent, assignment: assignmentContent }; // all others are read
const SAVE_EVERY_MS = 15_000;
let saving = Promise.resolve();

/** Show every section; `line(lecture)` gives the link or button of a lecture. */
export const outline = (sections, line) => html`<ol class="outline plain">${sections.map((section) => html`<li>
  <h3>${section.title}</h3>
  <ol class="plain">${section.lectures.map((lecture) => html`<li>${line(lecture)}</li>`)}</ol>
</li>`)}</ol>`;

/** Whether it is completed by passing alone, not by a tick. */
export const isExam = ({ kind }) => kind === "quiz" || kind === "assignment";

export const length = ({ kind, duration_seconds }) =>
  html`<span class="muted">${kind === "video" ? clock(duration_seconds) : KINDS[kind]}</span>`;

/** Say why a lecture cannot be opened yet: `locked` is {reason, opens_at, lectures}. */
export function locked({ locked: { reason, opens_at, lectures: ids } }, lectures) {
  if (reason === "opens_at") return `Opens on ${moment(opens_at)}.`;
  const titles = lectures.filter(({ id }) => ids.includes(id)).map(({ title }) => `“${title}”`);
  return `${reason === "pass_first" ? "Pass" : "Complete"} ${titles.join(", ")} first.`;
}

export async function lectureContent(lecture, options) {
  try {
    return await (CONTENTS[lecture.kind] ?? reading)(lecture, options);
  } catch (error) {
    if (error.status !== 409) throw error; // not_ready: the video is still being converted
    return html`<div class="panel">${error.message}</div>`;
  }
}

async function player(lecture, { signal }) {
  const playback = await api.post(`/lectures/${lecture.id}/playback`, undefined, { signal });
  const tracks = await Promise.all(playback.captions.map((captions, index) => track(captions, index === 0, signal)));
  const failed = () => notice("The video cannot be played.", { kind: "error", action: ["Try again", refresh] }); // its address ends after some hours
  return html`<video controls playsinline preload="metadata" src=${playback.url} poster=${playback.poster} aria-label=${lecture.title} onerror=${failed}>${tracks}</video>`;
}

/** Captions, fetched and shown from memory: a <track> of another origin would need CORS of the video's host as well. */
async function track({ url, label, language }, isDefault, signal) {
  const text = await fetch(url, { signal }).then((response) => (response.ok ? response.blob() : null)).catch(() => null);
  if (!text) return null; // a video without captions is better than none
  const src = URL.createObjectURL(text);
  signal.addEventListener("abort", () => URL.revokeObjectURL(src));
  return html`<track kind="captions" src=${src} label=${language ? languageName(language) : label} srclang=${language ?? "en"} default=${isDefault}>`;
}

async function reading(lecture, { signal }) {
  const { body_html, file } = await api.get(`/lectures/${lecture.id}`, {}, { signal });
  if (!file) return html`<div class="prose panel">${raw(body_html)}</div>`;
  return html`<div class="panel spread">
    <p><strong>${file.name}</strong><br><span class="muted">${bytes(file.bytes)}</span></p>
    <a class="button primary" href=${file.url} download=${file.name} target="_blank" rel="noopener">Download the file</a>
  </div>`;
}

/** The progress that an outline holds, as the answer to each change of it. */
export function progressOf({ sections, percentage, certificate }) {
  const lectures = sections.flatMap((section) => section.lectures);
  return { percentage, certificate, lectures, total_lectures: lectures.length, completed_lectures: lectures.filter(({ completed }) => completed).length };
}

/** Resolve when the last change has arrived, and what was kept before it, so that what is read next holds them. */
export const lastSaved = () => Promise.allSettled([saving, sendKept()]);

/** Return {tick, start, update}; `side` shows the percentage and a tick beside each completed lecture. */
export function study({ course, lecture, lectures, progress, side, signal }) {
  const hasExams = lectures.some(isExam);
  const box = html`<input type="checkbox" onchange=${() => update({ completed: box.checked }).catch(undo)}>`;
  const isMine = ({ id }) => id === lecture.id;

  /** Not aborted with the page: what was watched counts. The answer is shown only if the page is still there. */
  async function update(change, options) {
    const at = new Date().toISOString();
    saving = api.patch(`/courses/${course.slug}/progress/lectures/${lecture.id}`, change, options);
    const state = await saving.catch((error) => keep(error, { at, ...change }));
    if (state) (take(state), sendKept());
  }
  function keep(error, change) {
    if (error.code !== "network") throw error;
    const isFirst = keepForLater(course.id, lecture.id, change);
    if (isFirst) notice("You are offline. Your progress is kept on this device, and sent when you are online again.");
  }
  function take(state) {
    if (signal.aborted) return;
    show(state);
    if (state.certificate && !progress.certificate) celebrate(course, state.certificate);
    progress = state;
  }
  function show(state) {
    box.checked = state.lectures.find(isMine)?.completed ?? false;
    const done = new Set(state.lectures.filter(({ completed }) => completed).map(({ id }) => id));
    for (const link of side.querySelectorAll("[data-lecture]")) link.classList.toggle("is-done", done.has(link.dataset.lecture));
    side.querySelector(".summary").replaceChildren(summary(course, hasExams, state));
  }
  window.addEventListener("progress-sent", ({ detail }) => detail.course === course.id && take(detail.progress), { signal });
  const undo = (error) => ((box.checked = !box.checked), showError(error));
  show(progress);
  const mark = isExam(lecture) ? html`<p class="muted tick-note">You complete it by passing.</p>` : html`<label class="tick-box">${box} Completed</label>`;
  return { update, start: progress.lectures.find(isMine)?.position_seconds ?? 0, tick: mark };
}

/** Begin where the student stopped; save the place every so often, at a pause, and when the page is left. */
export function keepPosition(video, { update, start }, signal) {
  let saved = start;
  function save(options) {
    const position = Math.floor(video.currentTime);
    if (position === saved || !video.played.length) return;
    saved = position;
    const change = { position_seconds: position, watched: ranges(video.played) };
    update(change, options).catch(() => (saved = null)); // the next time sends all of it
  }
  const resume = () => start < video.duration * 0.95 && (video.currentTime = start);
  const timer = setInterval(save, SAVE_EVERY_MS);
  if (video.readyState) resume(); // its length is known already
  else video.addEventListener("loadedmetadata", resume, { once: true, signal });
  video.addEventListener("pause", () => save(), { signal });
  document.addEventListener("visibilitychange", () => document.hidden && save({ keepalive: true }), { signal });
  signal.addEventListener("abort", () => (clearInterval(timer), video.pause(), save({ keepalive: true })));
}

/** The parts that were played, in seconds: the server completes a video of which enough was watched. */
const ranges = (played) => Array.from(played, (_, index) => [played.start(index), played.end(index)]);

const summary = (course, hasExams, { percentage, completed_lectures, total_lectures, certificate }) => html`<div class="stack-small">
  <p class="spread"><strong>${percentage}% completed</strong><span class="muted">${completed_lectures} of ${total_lectures}</span></p>
  ${progressBar(percentage)}
  ${certificate && html`<a class="button wide" href="/certificates/${certificate}">View the certificate</a>`}
  ${hasExams && html`<a href="/learn/${course.slug}/grades">My grades</a>`}
  ${reviewButton(course, "link")}
</div>`;

const celebrate = (course, code) => dialog("You completed the course", (close) => html`<div>
  <p>Congratulations: “${course.title}” is done, and your certificate is issued.</p>
  <p class="actions" onclick=${() => close()}><a class="button primary" href="/certificates/${code}">View the certificate</a>
    ${reviewButton(course)}</p>
</div>`);
