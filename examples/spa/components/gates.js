// What keeps lectures locked, for the instructor: when a section opens, and what a lecture requires.
import { api, ask, field, html, moment } from "../kit.js";
import { localTime } from "./assignment-editor.js";

/** "Opens on 3 May 2026, 09:00", or nothing for a section that is open from the start. */
export function openingWords(opens) {
  if (!opens) return null;
  return opens.at ? `Opens on ${moment(opens.at)}` : `Opens ${opens.days} days after a student enrolled`;
}

/** Ask when a section opens; resolve to the changed section, undefined when dismissed. */
export function askOpening({ id, title, opens }) {
  const fields = [
    field({ label: "Opens on", name: "at", type: "datetime-local", value: opens?.at ? localTime(opens.at) : "" }),
    field({ label: "Or so many days after a student enrolled", name: "days", value: opens?.days ?? "", inputmode: "numeric", hint: "Both empty: it is open from the start." }),
  ];
  const toOpens = ({ at, days }) => (at ? { at: new Date(at).toISOString() } : days ? { days: Number(days) } : null);
  return ask(`When “${title}” opens`, { fields, submit: "Save", send: (values) => api.patch(`/sections/${id}`, { opens: toOpens(values) }) });
}

/** Ask which lectures come before one; resolve to the changed lecture, undefined when dismissed. */
export function askRequires({ id, title, requires }, lectures) {
  const others = lectures.filter((one) => one.id !== id);
  const fields = others.map((one) => field({ label: one.title, name: one.id, type: "checkbox", value: requires.includes(one.id) }));
  const send = (ticks) => api.patch(`/lectures/${id}`, { requires: others.filter((one) => ticks[one.id]).map((one) => one.id) });
  const intro = html`<p>Students complete these first. What is passed, like a quiz, must be passed.</p>`;
  return ask(`What comes before “${title}”`, { intro, fields, submit: "Save", send });
}
