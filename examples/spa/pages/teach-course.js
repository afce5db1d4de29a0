// The outline of a course: POST, PATCH and DELETE of sections and lectures, and their order by PUT /courses/{id}/curriculum.

import { api, courseHead, html, outlineEditor } from "../shop.js";

export default async function teachCourse({ params, signal }) {
  const course = await api.get(`/courses/${params.course}`, {}, { signal });
  return html`<section class="medium stack">${courseHead(course, "outline")}${outlineEditor(course)}</section>`;
}
