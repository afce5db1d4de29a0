// Numbers and times in the reader's language.

/** {amount: 4999, currency: "usd"} -> "$49.99". The amount is in the currency's smallest unit. */
export function money({ amount, currency }) {
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

export const price = (value) => (value.amount ? money(value) : "Free");

/** 5400 -> "1 h 30 min", 41 -> "41 s", 0 -> "" (there is no video). */
export function duration(seconds) {
  if (seconds < 60) return seconds ? `${seconds} s` : "";
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : [`${Math.floor(minutes / 60)} h`, minutes % 60 && `${minutes % 60} min`].filter(Boolean).join(" ");
}

/** 75 -> "1:15", as players show it. */
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

export const day = (time) => new Date(time).toLocaleDateString(undefined, { dateStyle: "long" });
export const moment = (time) => new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
export const plural = (count, one, many = `${one}s`) => `${count.toLocaleString()} ${count === 1 ? one : many}`;

/** 250 -> "2.5 points": points and scores are in hundredths. */
export const points = (hundredths) => plural(hundredths / 100, "point");

export function bytes(size) {
  const unit = Math.min(Math.floor(Math.log10(Math.max(size, 1)) / 3), 3);
  return `${(size / 1000 ** unit).toLocaleString(undefined, { maximumFractionDigits: 1 })} ${["bytes", "kB", "MB", "GB"][unit]}`;
}

export const languageName = (code, inLanguage) => new Intl.DisplayNames(inLanguage, { type: "language" }).of(code);
export const LEVELS = { beginner: "Beginner", intermediate: "Intermediate", advanced: "Advanced", all: "All levels" };
