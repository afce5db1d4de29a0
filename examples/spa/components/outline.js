// The sections and lectures of a course.

import { html } from "../html.js";
import { clock } from "./format.js";

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
