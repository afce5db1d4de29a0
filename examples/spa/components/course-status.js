import { html } from "../html.js";

export const COURSE_STATUSES = { draft: "Draft", in_review: "In review", published: "Published", archived: "Archived" };

export const courseBadge = (status) => html`<span class="badge ${status === "published" ? "" : "off"}">${COURSE_STATUSES[status] ?? status}</span>`;
