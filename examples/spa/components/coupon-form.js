// The fields of POST /payments/coupons.

import { field, form } from "./form.js";
import { moneyFields, readMoney } from "./price.js";
import { html } from "../html.js";

export function couponForm(courses, send) {
  const percent = field({ label: "Percent off", name: "percent", inputmode: "numeric", hint: "1 to 100." });
  const amount = html`<div class="columns" hidden>${moneyFields({ label: "Amount off", name: "amount" })}</div>`;
  const choose = ({ target }) => ((percent.hidden = target.value === "amount"), (amount.hidden = !percent.hidden));
  const number = (label, name) => field({ label, name, inputmode: "numeric", hint: "Empty: no limit." });
  const time = (label, name) => field({ label, name, type: "datetime-local", hint: "Empty: no limit." });
  return form({
    class: "form",
    fields: [
      field({ label: "Code", name: "code", maxlength: 40, required: true, autocomplete: "off", autocapitalize: "characters", hint: "3 to 40 letters, digits, - and _." }),
      field({ label: "Discount", name: "discount", options: [["percent", "A share of the price"], ["amount", "An amount"]], onchange: choose }),
      percent,
      amount,
      field({ label: "Courses", name: "courses", options: courses.map(({ id, title }) => [id, title]), value: "", multiple: true, size: 4, hint: "None chosen: all your courses, also later ones." }),
      time("From", "starts_at"),
      time("Until", "ends_at"),
      html`<div class="columns">${number("Times in all", "max_redemptions")}${number("Times a person", "max_per_person")}</div>`,
    ],
    submit: "Create coupon",
    send: (values) => send(toCoupon(values)),
  });
}

/** The values of the fields, as the API takes them: the discount as percent or amount, times with their zone. */
function toCoupon({ discount, percent, amount, currency, starts_at, ends_at, max_redemptions, max_per_person, ...rest }) {
  const time = (text) => (text ? new Date(text).toISOString() : null);
  const value = discount === "percent" ? { percent } : { amount: readMoney(amount, currency, "amount") };
  return { ...rest, ...value, starts_at: time(starts_at), ends_at: time(ends_at), max_redemptions: max_redemptions || null, max_per_person: max_per_person || null };
}
