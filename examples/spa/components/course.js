// A course to those who may take it: its card, and the way in.
import { api, avatar, button, duration, field, form, go, html, LEVELS, money, price, session } from "../kit.js";
import { rating } from "./reviews.js";

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
  const srcset = sizes?.widths.map((width) => `${sizes.base.replace("{width}", width)} ${width}w`).join(", ");
  return html`<img class="picture" src=${src} srcset=${srcset} sizes="(max-width: 40rem) 92vw, 24rem" alt="" width="640" height="360" loading="lazy">`;
}

/** The way in, or on for who has the course. `purchase` is known of a signed-in person who may buy. */
export function buyBox(course, purchase) {
  const { viewer } = course; // null for a visitor
  if (viewer?.can_watch) return wayOn(course, viewer);
  if (purchase?.status === "processing") return processing(purchase.order);
  return html`<div class="stack">${course.price.amount ? offer(course) : freeOffer(course)}${course.status === "published" && wishButton(course)}</div>`;
}

function wayOn({ slug }, { reason, percentage, certificate }) {
  const isStudent = percentage !== null;
  const words = !isStudent ? "Open the lectures" : percentage ? "Continue" : "Start the course";
  return html`<div class="stack">
    ${isStudent && html`<p><strong>${percentage}% completed</strong></p>${progressBar(percentage)}`}
    <a class="button primary wide" href="/learn/${slug}">${words}</a>
    ${certificate && html`<a class="button wide" href="/certificates/${certificate}">View the certificate</a>`}
    ${reason === "instructor" && html`<a class="button wide" href="/teach/${slug}">Edit the course</a>`}
  </div>`;
}

/** A toggle: its name stays, `aria-pressed` says whether the course is on the list. */
function wishButton(course) {
  async function toggle() {
    const isOn = element.ariaPressed === "true";
    await (isOn ? api.del(`/wishlist/${course.slug}`) : api.put(`/wishlist/${course.slug}`));
    element.ariaPressed = String(!isOn);
  }
  const element = button(html`<span class="heart" aria-hidden="true"></span> Wishlist`, asMember(course, toggle), { class: "wide", "aria-pressed": String(course.viewer?.in_wishlist ?? false) });
  return element;
}

export const progressBar = (percentage, label = "Progress") =>
  html`<progress max="100" value=${percentage} aria-label=${label}></progress>`;

const processing = (order) =>
  html`<div class="stack"><p><strong>Your payment is being processed.</strong> The course opens as soon as it is settled.</p>
    <a class="button wide" href="/checkout/success?order=${order.id}">See how it stands</a></div>`;

function freeOffer(course) {
  const enroll = asMember(course, async () => (await api.post(`/courses/${course.slug}/enroll`), go(`/learn/${course.slug}`)));
  return html`<div class="stack"><p class="price">Free</p>${button("Enroll for free", enroll, { class: "primary wide" })}</div>`;
}

function offer(course) {
  let coupon = null;
  const amounts = html`<p class="price">${price(course.price)}</p>`;
  async function apply(values) {
    const quote = await api.post("/payments/quote", { course: course.slug, coupon: values.coupon });
    coupon = quote.coupon;
    amounts.replaceChildren(html`<s class="muted">${money(quote.list_amount)}</s> ${money(quote.total_amount)} <span class="badge">${coupon} applied</span>`);
  }
  const couponForm = form({ fields: field({ label: "Coupon", name: "coupon", autocomplete: "off" }), submit: "Apply", send: apply });
  return html`<div class="stack">
    ${course.viewer?.reason === "revoked" && html`<p class="muted">Your access has ended. You can buy the course again.</p>`}
    <div aria-live="polite">${amounts}</div>
    ${button("Buy this course", asMember(course, () => pay(course, coupon)), { class: "primary wide" })}
    ${session.user && html`<details class="coupon"><summary>I have a coupon</summary>${couponForm}</details>`}
    <p class="muted center">You pay on a secure page, and can ask for a refund.</p>
  </div>`;
}

/** Go to the page of the payment provider, or to the course if the coupon pays everything. */
export async function pay({ slug }, coupon) {
  const { checkout_url } = await api.post("/payments/checkout", { course: slug, coupon });
  if (checkout_url) location.assign(checkout_url);
  else await go(`/learn/${slug}`);
}

/** A visitor signs in first, and comes back to the course. */
const asMember = (course, act) => () => (session.user ? act() : go(`/sign-in?next=/courses/${course.slug}`));
