// A student's progress in one lecture: the tick, the percentage, the place in the video.

import { api } from "../api.js";
import { html } from "../html.js";
import { writeReview } from "./course.js";
import { dialog, showError } from "./messages.js";

const SAVE_EVERY_MS = 15_000;
let saving = Promise.resolve();

/** Resolve when the last change has arrived, so that what is read next holds it. */
export const lastSaved = () => saving.catch(() => {});

/** Return {tick, start, update}; `side` shows the percentage and a tick beside each completed lecture. */
export function study({ course, lecture, progress, side, signal }) {
  const path = `/courses/${course.id}/progress/lectures/${lecture.id}`;
  const box = html`<input type="checkbox" onchange=${() => update({ completed: box.checked }).catch(undo)}>`;
  const isMine = ({ id }) => id === lecture.id;

  /** Not aborted with the page: what was watched counts. The answer is shown only if the page is still there. */
  async function update(change, options) {
    saving = api.patch(path, change, options);
    const state = await saving;
    if (signal.aborted) return;
    show(state);
    if (state.certificate && !progress.certificate) celebrate(course, state.certificate);
    progress = state;
  }
  function show(state) {
    box.checked = state.lectures.find(isMine)?.completed ?? false;
    const done = new Set(state.lectures.filter(({ completed }) => completed).map(({ id }) => id));
    for (const link of side.querySelectorAll("[data-lecture]")) link.classList.toggle("is-done", done.has(link.dataset.lecture));
    side.querySelector(".summary").replaceChildren(summary(course, state));
  }
  function undo(error) {
    box.checked = !box.checked;
    showError(error);
  }
  show(progress);
  return { update, start: progress.lectures.find(isMine)?.position_seconds ?? 0, tick: html`<label class="tick-box">${box} Completed</label>` };
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
  video.addEventListener("loadedmetadata", resume, { once: true, signal });
  video.addEventListener("pause", () => save(), { signal });
  document.addEventListener("visibilitychange", () => document.hidden && save({ keepalive: true }), { signal });
  signal.addEventListener("abort", () => (clearInterval(timer), video.pause(), save({ keepalive: true })));
}

/** The parts that were played, in seconds: the server completes a video of which enough was watched. */
function ranges(played) {
  return Array.from({ length: played.length }, (_, index) => [played.start(index), played.end(index)]);
}

function summary(course, { percentage, completed_lectures, total_lectures, certificate }) {
  return html`<div class="stack-small">
    <p class="spread"><strong>${percentage}% completed</strong><span class="muted">${completed_lectures} of ${total_lectures}</span></p>
    <progress max="100" value=${percentage} aria-label="Progress"></progress>
    ${certificate && html`<a class="button wide" href="/certificates/${certificate}">View the certificate</a>`}
    <button class="link" type="button" onclick=${() => writeReview(course)}>Write a review</button>
  </div>`;
}

function celebrate(course, code) {
  dialog("You completed the course", (close) => html`<div>
    <p>Congratulations: “${course.title}” is done, and your certificate is issued.</p>
    <p class="actions" onclick=${() => close()}><a class="button primary" href="/certificates/${code}">View the certificate</a>
      <button type="button" onclick=${() => writeReview(course)}>Write a review</button></p>
  </div>`);
}
