import { html } from "../html.js";
import { avatar } from "./avatar.js";
import { duration, LEVELS, plural, price } from "./format.js";

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
