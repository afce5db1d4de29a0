// /payments/coupons: discounts on my own courses.
import { api, ask, button, confirm, field, html, list, moment, money, moneyFields, notice, readMoney, refresh, teachingNav } from "../shop.js";

export async function teachCouponsPage({ get }) {
  const [coupons, { results: courses }] = await Promise.all([get("/payments/coupons"), get("/courses/mine", { page_size: 100 })]);
  const titles = new Map(courses.map(({ id, title }) => [id, title]));
  async function create() {
    const coupon = await ask("New coupon", {
      fields: couponFields(courses),
      submit: "Create coupon",
      send: (values) => api.post("/payments/coupons", toCoupon(values, courses)),
    });
    if (!coupon) return;
    notice(`The coupon ${coupon.code} can be used.`);
    refresh();
  }
  const empty = html`<h2>No coupons yet</h2><p>A coupon takes a share or an amount off the price of your courses.</p>`;
  return html`<section class="medium stack">
    <div class="spread"><h1>Coupons</h1>${button("New coupon", create, { class: "primary" })}</div>
    ${teachingNav()}
    ${list(coupons, (coupon) => row(coupon, titles), empty)}
  </section>`;
}

function row(coupon, titles) {
  const { id, code, percent, amount, courses, redeemed, max_redemptions, starts_at, ends_at } = coupon;
  const state = stateOf(coupon);
  async function end() {
    element.replaceWith(row(await api.patch(`/payments/coupons/${id}`, { ends_at: new Date().toISOString() }), titles));
    notice(`The coupon ${code} has ended. Payments that were begun keep it.`);
  }
  async function remove() {
    if (!(await confirm({ title: `Delete ${code}?`, text: "Orders that used it keep their discount.", action: "Delete", danger: true }))) return;
    await api.del(`/payments/coupons/${id}`);
    notice(`The coupon ${code} is deleted.`);
    refresh();
  }
  const element = html`<li>
    <div class="grow"><strong><code>${code}</code></strong> <span class="badge ${state === "Active" ? "" : "off"}">${state}</span>
      <p>${percent ? `${percent} %` : money(amount)} off ${courses.length ? courses.map((each) => titles.get(each) ?? "a deleted course").join(", ") : "all your courses"}</p>
      <p class="muted">Used ${redeemed}${max_redemptions ? ` of ${max_redemptions}` : ""} times${starts_at ? `, from ${moment(starts_at)}` : ""}${ends_at ? `, until ${moment(ends_at)}` : ""}</p></div>
    <div class="row">${state === "Active" && button("End", end, { "aria-label": `End the coupon ${code}` })}
      ${button("Delete", remove, { class: "danger", "aria-label": `Delete the coupon ${code}` })}</div>
  </li>`;
  return element;
}

function stateOf({ starts_at, ends_at, max_redemptions, redeemed }) {
  const now = new Date();
  if (ends_at && new Date(ends_at) <= now) return "Ended";
  if (starts_at && new Date(starts_at) > now) return "Not begun";
  return max_redemptions && redeemed >= max_redemptions ? "Used up" : "Active";
}

function couponFields(courses) {
  const percent = field({ label: "Percent off", name: "percent", inputmode: "numeric", hint: "1 to 100." });
  const amount = html`<div class="columns" hidden>${moneyFields({ label: "Amount off", name: "amount" })}</div>`;
  const choose = ({ target }) => ((percent.hidden = target.value === "amount"), (amount.hidden = !percent.hidden));
  const number = (label, name) => field({ label, name, inputmode: "numeric", hint: "Empty: no limit." });
  const time = (label, name) => field({ label, name, type: "datetime-local", hint: "Empty: no limit." });
  return [
    field({ label: "Code", name: "code", maxlength: 40, required: true, autocomplete: "off", autocapitalize: "characters", hint: "3 to 40 letters, digits, - and _." }),
    field({ label: "Discount", name: "discount", options: [["percent", "A share of the price"], ["amount", "An amount"]], onchange: choose }),
    percent,
    amount,
    html`<fieldset><legend>Courses (none: all of yours, also later ones)</legend>${courses.map(({ id, title }) => field({ label: title, name: id, type: "checkbox" }))}</fieldset>`,
    time("From", "starts_at"),
    time("Until", "ends_at"),
    html`<div class="columns">${number("Times in all", "max_redemptions")}${number("Times a person", "max_per_person")}</div>`,
  ];
}

/** The values of the fields, as the API takes them: the discount as percent or amount, times with their zone. */
function toCoupon({ discount, percent, amount, currency, starts_at, ends_at, max_redemptions, max_per_person, code, ...ticks }, courses) {
  const time = (text) => (text ? new Date(text).toISOString() : null);
  const value = discount === "percent" ? { percent } : { amount: readMoney(amount, currency, "amount") };
  const chosen = courses.map(({ id }) => id).filter((id) => ticks[id]);
  return { code, ...value, courses: chosen, starts_at: time(starts_at), ends_at: time(ends_at), max_redemptions: max_redemptions || null, max_per_person: max_per_person || null };
}
