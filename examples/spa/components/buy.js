// What stands beside a course: its price and the way in, or the way on for who has it.

import { api } from "../api.js";
import { html } from "../html.js";
import { go } from "../router.js";
import { session } from "../session.js";
import { field, form } from "./form.js";
import { money, price } from "./format.js";
import { guarded } from "./messages.js";

/** `access` is null for a visitor, `purchase` for who has the course or is a visitor. */
export function buyBox(course, access, purchase, progress) {
  if (access?.can_watch) return wayOn(course, access, progress);
  if (purchase?.status === "processing") return processing(purchase.order);
  return course.price.amount ? offer(course, access) : freeOffer(course);
}

function wayOn(course, { reason }, progress) {
  const words = !progress ? "Open the lectures" : progress.percentage ? "Continue" : "Start the course";
  return html`<div class="stack">
    ${progress && html`<p><strong>${progress.percentage}% completed</strong></p><progress max="100" value=${progress.percentage} aria-label="Progress"></progress>`}
    <a class="button primary wide" href="/learn/${course.slug}">${words}</a>
    ${progress?.certificate && html`<a class="button wide" href="/certificates/${progress.certificate}">View the certificate</a>`}
    ${reason === "instructor" && html`<a class="button wide" href="/teach/${course.slug}">Edit the course</a>`}
  </div>`;
}

function processing(order) {
  return html`<div class="stack"><p><strong>Your payment is being processed.</strong> The course opens as soon as it is settled.</p>
    <a class="button wide" href="/checkout/success?order=${order.id}">See how it stands</a></div>`;
}

function freeOffer(course) {
  const enroll = asMember(course, async () => {
    await api.post(`/courses/${course.id}/enroll`);
    await go(`/learn/${course.slug}`);
  });
  return html`<div class="stack"><p class="price">Free</p>
    <button class="primary wide" type="button" onclick=${enroll}>Enroll for free</button></div>`;
}

function offer(course, access) {
  let coupon = null;
  const amounts = html`<p class="price">${price(course.price)}</p>`;
  const buy = asMember(course, async () => {
    const { checkout_url } = await api.post("/payments/checkout", { course: course.id, coupon });
    if (checkout_url) location.assign(checkout_url); // the page of the payment provider
    else await go(`/learn/${course.slug}`); // the coupon pays everything
  });
  async function apply(values) {
    const quote = await api.post("/payments/quote", { course: course.id, coupon: values.coupon });
    coupon = quote.coupon;
    amounts.replaceChildren(html`<s class="muted">${money(quote.list_amount)}</s> ${money(quote.total_amount)} <span class="badge">${coupon} applied</span>`);
  }
  const couponForm = form({ fields: field({ label: "Coupon", name: "coupon", autocomplete: "off" }), submit: "Apply", send: apply });
  return html`<div class="stack">
    ${access?.reason === "revoked" && html`<p class="muted">Your access has ended. You can buy the course again.</p>`}
    <div aria-live="polite">${amounts}</div>
    <button class="primary wide" type="button" onclick=${buy}>Buy this course</button>
    ${session.user && html`<details class="coupon"><summary>I have a coupon</summary>${couponForm}</details>`}
    <p class="muted center">You pay on a secure page, and can ask for a refund.</p>
  </div>`;
}

/** A visitor signs in first, and comes back to the course. */
function asMember(course, act) {
  return guarded(() => (session.user ? act() : go(`/sign-in?next=/courses/${course.slug}`)));
}
