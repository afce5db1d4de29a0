// The reviews of a course, and the form of who has it.

import { api } from "../api.js";
import { html } from "../html.js";
import { refresh } from "../router.js";
import { avatar } from "./avatar.js";
import { dialog } from "./dialog.js";
import { field, form } from "./form.js";
import { day } from "./format.js";
import { list } from "./list.js";
import { guarded, notice } from "./notice.js";

const STARS = [5, 4, 3, 2, 1];

export function reviews(course, first, mayWrite) {
  const button = mayWrite && html`<button type="button" onclick=${() => writeReview(course)}>Write a review</button>`;
  return html`<section><div class="spread"><h2>Reviews</h2>${button}</div>
    ${list(first, review, html`<ul class="reviews plain"></ul>`, "Nobody has reviewed this course yet.")}</section>`;
}

function review({ author, rating, comment, created_at }) {
  return html`<li>${avatar(author)}<div>
    <p><strong>${author.name}</strong> <span class="stars" role="img" aria-label="${rating} of 5 stars">${"★".repeat(rating)}<i>${"★".repeat(5 - rating)}</i></span></p>
    <p class="muted">${day(created_at)}</p>
    <p class="comment">${comment}</p>
  </div></li>`;
}

/** One review a person: writing it again replaces it. */
export function writeReview(course) {
  return dialog(`Review “${course.title}”`, (close) => {
    const done = (words) => (close(), notice(words), refresh());
    const remove = guarded(async () => (await api.del(`/courses/${course.id}/reviews/mine`), done("Your review is deleted.")));
    return form({
      fields: [
        field({ label: "Rating", name: "rating", options: STARS.map((count) => [count, `${"★".repeat(count)} ${count} of 5`]), value: 5 }),
        field({ label: "Comment", name: "comment", type: "textarea", maxlength: 2000, hint: "What should others know before they begin?" }),
      ],
      submit: "Publish the review",
      send: async (values) => (await api.put(`/courses/${course.id}/reviews/mine`, values), done("Thank you for your review.")),
      aside: html`<button class="quiet" type="button" onclick=${remove}>Delete my review</button>`,
    });
  });
}
