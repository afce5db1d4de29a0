// Money as people type it: "49.99" and a currency, in the currency's smallest unit as the API has it.

import { ApiError } from "../api.js";
import { field } from "./form.js";

const CURRENCIES = ["usd", "eur", "gbp", "jpy", "kwd"]; // those of the API's setting CURRENCIES

const digits = (currency) => new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;

/** Two fields, `name` and `currency`, for {amount, currency} or nothing. */
export function moneyFields({ label, name, value, hint }) {
  const { amount, currency } = value ?? { currency: CURRENCIES[0] };
  const shown = amount === undefined ? "" : (amount / 10 ** digits(currency)).toFixed(digits(currency));
  const words = new Intl.DisplayNames(undefined, { type: "currency" });
  return [
    field({ label, name, value: shown, inputmode: "decimal", hint, autocomplete: "off" }),
    field({ label: "Currency", name: "currency", value: currency, options: CURRENCIES.map((code) => [code, words.of(code.toUpperCase())]) }),
  ];
}

/** ("49.99", "usd") -> {amount: 4999, currency: "usd"}, without a float in between. */
export function readMoney(text, currency, attr) {
  const places = digits(currency);
  const [, whole, fraction = ""] = text.trim().match(/^(\d{1,10})(?:[.,](\d+))?$/) ?? [];
  if (whole === undefined || fraction.length > places) {
    const example = (12).toFixed(places);
    throw new ApiError(400, [{ code: "invalid", attr, detail: `Write the amount like ${example}.` }]);
  }
  return { amount: Number(whole + fraction.padEnd(places, "0")), currency };
}
