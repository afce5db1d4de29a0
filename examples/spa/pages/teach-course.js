// The outline of a course: POST, PATCH and DELETE of sections and lectures, and their order by PUT /courses/{id}/curriculum.

import { api } from "../api.js";
import { courseHead } from "../components/course-head.js";
import { outlineEditor } from "../components/outline-editor.js";
import { html } from "../html.js";

export default async function teachCourse({ params, signal }) {
  const course = await api.get(`/courses/${params.course}`, {}, { signal });
  return html`<section class="medium stack">${courseHead(course, "outline")}${outlineEditor(course)}</section>`;
}
