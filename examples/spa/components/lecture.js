// The lectures of a course, and what a lecture holds: a video with captions, a text, or a file.

import { api } from "../api.js";
import { html, raw } from "../html.js";
import { refresh } from "../router.js";
import { bytes, clock, languageName } from "./format.js";
import { notice } from "./messages.js";

const KINDS = { video: "Video", article: "Text", file: "File" };

/** Show every section; `line(lecture)` gives the link or button of a lecture. */
export function outline(sections, line, attributes) {
  return html`<ol class="outline plain" ${attributes}>${sections.map((section) => html`<li>
    <h3>${section.title}</h3>
    <ol class="plain">${section.lectures.map((lecture) => html`<li>${line(lecture)}</li>`)}</ol>
  </li>`)}</ol>`;
}

export function length(lecture) {
  return html`<span class="muted">${lecture.kind === "video" ? clock(lecture.duration_seconds) : KINDS[lecture.kind]}</span>`;
}

export async function lectureContent(lecture, options) {
  try {
    return await (lecture.kind === "video" ? player(lecture, options) : reading(lecture, options));
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

/**
 * A <track> of another origin would need `crossorigin` on the <video>, and then CORS of the video's host as well.
 * So the captions are fetched, and shown from memory.
 */
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
