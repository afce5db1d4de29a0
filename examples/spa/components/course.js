// A course to those who may take it: its card, its stars, the way in, its reviews.
import { api, avatar, button, day, dialog, duration, field, form, go, html, LEVELS, list, money, notice, plural, price, refresh, session } from "../kit.js";

export const courseCard = (course) => html`<article class="card">
  ${thumbnail(course)}
  <div class="body">
    <p class="muted">${course.category?.name} · ${LEVELS[course.level]}</p>
    <h2><a href="/courses/${course.slug}">${course.title}</a></h2>
    <p class="subtitle">${course.subtitle}</p>
    <p class="muted by">${avatar(course.instructor)} ${course.instructor.name}</p>
    <p class="foot">${rating(course.rating)}<span>${duration(course.duration_seconds)}</span> <strong>${price(course.price)}</strong></p>
  </div>
</article>`;

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

/** The way in, or on for who has the course. `access` is null for a visitor, `purchase` for who has the course or is a visitor. */
export function buyBox(course, access, purchase, progress) {
  if (access?.can_watch) return wayOn(course, access, progress);
  if (purchase?.status === "processing") return processing(purchase.order);
  return course.price.amount ? offer(course, access) : freeOffer(course);
}

function wayOn(course, { reason }, progress) {
  const words = !progress ? "Open the lectures" : progress.percentage ? "Continue" : "Start the course";
  return html`<div class="stack">
    ${progress && html`<p><strong>${progress.percentage}% completed</strong></p>${progressBar(progress.percentage)}`}
    <a class="button primary wide" href="/learn/${course.slug}">${words}</a>
    ${progress?.certificate && html`<a class="button wide" href="/certificates/${progress.certificate}">View the certificate</a>`}
    ${reason === "instructor" && html`<a class="button wide" href="/teach/${course.slug}">Edit the course</a>`}
  </div>`;
}

export const progressBar = (percentage, label = "Progress") =>
  html`<progress max="100" value=${percentage} aria-label=${label}></progress>`;

const processing = (order) =>
  html`<div class="stack"><p><strong>Your payment is being processed.</strong> The course opens as soon as it is settled.</p>
    <a class="button wide" href="/checkout/success?order=${order.id}">See how it stands</a></div>`;

function freeOffer(course) {
  const enroll = asMember(course, async () => (await api.post(`/courses/${course.id}/enroll`), go(`/learn/${course.slug}`)));
  return html`<div class="stack"><p class="price">Free</p>${button("Enroll for free", enroll, { class: "primary wide" })}</div>`;
}

function offer(course, access) {
  let coupon = null;
  const amounts = html`<p class="price">${price(course.price)}</p>`;
  async function apply(values) {
    const quote = await api.post("/payments/quote", { course: course.id, coupon: values.coupon });
    coupon = quote.coupon;
    amounts.replaceChildren(html`<s class="muted">${money(quote.list_amount)}</s> ${money(quote.total_amount)} <span class="badge">${coupon} applied</span>`);
  }
  const couponForm = form({ fields: field({ label: "Coupon", name: "coupon", autocomplete: "off" }), submit: "Apply", send: apply });
  return html`<div class="stack">
    ${access?.reason === "revoked" && html`<p class="muted">Your access has ended. You can buy the course again.</p>`}
    <div aria-live="polite">${amounts}</div>
    ${button("Buy this course", asMember(course, () => pay(course, coupon)), { class: "primary wide" })}
    ${session.user && html`<details class="coupon"><summary>I have a coupon</summary>${couponForm}</details>`}
    <p class="muted center">You pay on a secure page, and can ask for a refund.</p>
  </div>`;
}

/** Go to the page of the payment provider, or to the course if the coupon pays everything. */
export async function pay({ id, slug }, coupon) {
  const { checkout_url } = await api.post("/payments/checkout", { course: id, coupon });
  if (checkout_url) location.assign(checkout_url);
  else await go(`/learn/${slug}`);
}

/** A visitor signs in first, and comes back to the course. */
const asMember = (course, act) => () => (session.user ? act() : go(`/sign-in?next=/courses/${course.slug}`));

export const reviews = (course, first, mayWrite) =>
  html`<section><div class="spread"><h2>Reviews</h2>${mayWrite && reviewButton(course)}</div>
    ${list(first, review, "Nobody has reviewed this course yet.", html`<ul class="reviews plain"></ul>`)}</section>`;

const review = ({ author, rating, comment, created_at }) => html`<li>${avatar(author)}<div>
  <p><strong>${author.name}</strong> <span class="stars" role="img" aria-label="${rating} of 5 stars">${"★".repeat(rating)}<i>${"★".repeat(5 - rating)}</i></span></p>
  <p class="muted">${day(created_at)}</p>
  <p class="comment">${comment}</p>
</div></li>`;

export const reviewButton = (course, kind) => button("Write a review", () => writeReview(course), { class: kind });

/** One review a person: writing it again replaces it. */
const writeReview = (course) => dialog(`Review “${course.title}”`, (close) => {
  const done = (words) => (close(), notice(words), refresh());
  const remove = async () => (await api.del(`/courses/${course.id}/reviews/mine`), done("Your review is deleted."));
  return form({
    fields: [
      field({ label: "Rating", name: "rating", options: [5, 4, 3, 2, 1].map((count) => [count, `${"★".repeat(count)} ${count} of 5`]), value: 5 }),
      field({ label: "Comment", name: "comment", type: "textarea", maxlength: 2000, hint: "What should others know before they begin?" }),
    ],
    submit: "Publish the review",
    send: async (values) => (await api.put(`/courses/${course.id}/reviews/mine`, values), done("Thank you for your review.")),
    aside: button("Delete my review", remove, { class: "quiet" }),
  });
});
