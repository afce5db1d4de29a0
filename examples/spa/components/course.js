// A course to those who may take it: its card, its stars, its reviews.

import { api } from "../api.js";
import { html } from "../html.js";
import { refresh } from "../router.js";
import { field, form } from "./form.js";
import { day, duration, LEVELS, plural, price } from "./format.js";
import { dialog, guarded, notice } from "./messages.js";
import { avatar, list } from "./parts.js";

export function courseCard(course) {
  return html`<article class="card">
    ${thumbnail(course)}
    <div class="body">
      <p class="muted">${course.category?.name} · ${LEVELS[course.level]}</p>
      <h2><a href="/courses/${course.slug}">${course.title}</a></h2>
      <p class="subtitle">${course.subtitle}</p>
      <p class="muted by">${avatar(course.instructor)} ${course.instructor.name}</p>
      <p class="foot">${rating(course.rating)}<span>${duration(course.duration_seconds)}</span> <strong>${price(course.price)}</strong></p>
    </div>
  </article>`;
}

/** The course's picture in the size that fits, or a quiet one with its first letter. */
export function thumbnail({ thumbnail: src, thumbnail_srcset: sizes, title }) {
  if (!src) return html`<div class="picture empty" aria-hidden="true">${title[0]}</div>`;
  const srcset = sizes && Object.entries(sizes).map(([width, url]) => `${url} ${width}`).join(", ");
  return html`<img class="picture" src=${src} srcset=${srcset} sizes="(max-width: 40rem) 92vw, 24rem" alt="" width="640" height="360" loading="lazy">`;
}

export function rating({ average, count }) {
  if (!count) return html`<span class="muted">New</span>`;
  return html`<span class="rating"><span aria-hidden="true">★</span> ${average.toFixed(1)} <span class="muted">(${count})</span>
    <span class="hidden">of 5 stars, ${plural(count, "review")}</span></span>`;
}

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
