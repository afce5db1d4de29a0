// What people say of a course: its stars, how they are spread, each review with the instructor's reply, and one's own.
import { api, avatar, button, day, dialog, field, form, html, list, notice, plural, refresh } from "../kit.js";

const MAX_COMMENT = 2000;

export function rating({ average, count }) {
  if (!count) return html`<span class="muted">New</span>`;
  return html`<span class="rating"><span aria-hidden="true">★</span> ${average.toFixed(1)} <span class="muted">(${count})</span>
    <span class="hidden">of 5 stars, ${plural(count, "review")}</span></span>`;
}

const stars = (count) => html`<span class="stars" role="img" aria-label="${count} of 5 stars">${"★".repeat(count)}<i>${"★".repeat(5 - count)}</i></span>`;

/** The reviews of a course; who teaches it may reply, who studies it may write one. */
export async function reviews(course, get) {
  const { slug, viewer } = course;
  const [ratings, first] = await Promise.all([get(`/courses/${slug}/ratings`), get(`/courses/${slug}/reviews`, { page_size: 5 })]);
  const item = (review) => {
    const box = html`<li></li>`;
    const show = (changed) => box.replaceChildren(...reviewParts(changed, course, show));
    show(review);
    return box;
  };
  return html`<div class="stack">
    ${ratings.count > 0 && histogram(ratings)}
    ${viewer?.reason === "enrolled" && html`<p>${reviewButton(course)}</p>`}
    ${list(first, item, "Nobody has reviewed this course yet.", html`<ul class="reviews plain"></ul>`)}
  </div>`;
}

const histogram = ({ average, count, histogram: counts }) => html`<div class="ratings panel">
  <p><strong>${average.toFixed(1)}</strong> ${stars(Math.round(average))}<br><span class="muted">${plural(count, "review")}</span></p>
  <ul class="plain">${[5, 4, 3, 2, 1].map((number) => html`<li><span>${plural(number, "star")}</span>
    <meter max=${count} value=${counts[number]} aria-label=${plural(number, "star")}></meter><span>${counts[number]}</span></li>`)}</ul>
</div>`;

function reviewParts(review, { instructor, viewer }, show) {
  const { author, rating: count, comment, created_at, reply } = review;
  return [avatar(author), html`<div class="stack-small">
    <p><strong>${author.name}</strong> ${stars(count)}<br><span class="muted">${day(created_at)}</span></p>
    <p class="comment">${comment}</p>
    ${reply && html`<div class="reply"><p><strong>${instructor.name}</strong> <span class="muted">replied on ${day(reply.created_at)}</span></p><p class="comment">${reply.comment}</p></div>`}
    ${viewer?.reason === "instructor" && button(reply ? "Edit the reply" : "Reply", () => writeReply(review, show), { class: "link" })}
  </div>`];
}

/** One review a person: writing it again replaces it. */
export const reviewButton = (course, kind) =>
  button(course.viewer?.review ? "Change my review" : "Write a review", () => writeReview(course), { class: kind });

async function writeReview(course) {
  const { slug, title, viewer } = course.viewer ? course : await api.get(`/courses/${course.slug}`);
  const mine = viewer.review;
  return dialog(`Review “${title}”`, (close) => {
    const done = (words) => (close(), notice(words), refresh());
    const remove = async () => (await api.del(`/courses/${slug}/reviews/mine`), done("Your review is deleted."));
    return form({
      fields: [
        field({ label: "Rating", name: "rating", options: [5, 4, 3, 2, 1].map((count) => [count, `${"★".repeat(count)} ${count} of 5`]), value: mine?.rating ?? 5 }),
        field({ label: "Comment", name: "comment", type: "textarea", maxlength: MAX_COMMENT, value: mine?.comment ?? "", hint: "What should others know before they begin?" }),
      ],
      submit: "Publish the review",
      send: async (values) => (await api.put(`/courses/${slug}/reviews/mine`, values), done("Thank you for your review.")),
      aside: mine && button("Delete my review", remove, { class: "quiet" }),
    });
  });
}

function writeReply(review, show) {
  return dialog(`Reply to ${review.author.name}`, (close) => {
    const remove = async () => (await api.del(`/reviews/${review.id}/reply`), show({ ...review, reply: null }), close());
    return form({
      fields: field({ label: "Reply", name: "comment", type: "textarea", maxlength: MAX_COMMENT, value: review.reply?.comment ?? "", hint: "Everybody sees it below the review." }),
      submit: "Publish the reply",
      send: async (values) => (show(await api.put(`/reviews/${review.id}/reply`, values)), close()),
      aside: review.reply && button("Delete the reply", remove, { class: "quiet" }),
    });
  });
}
