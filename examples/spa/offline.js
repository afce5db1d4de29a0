// Progress that is made without a connection: kept on this device, and sent when the browser is online again.
import { api } from "./api.js";
import { showError } from "./components/parts.js";
import { onSession, session } from "./session.js";

const MAX_UPDATES = 500; // of one request
let sending = null; // the sending that is under way

/** Keep what `PATCH .../progress/lectures/{lecture}` could not take, with its time `at`; return whether it is the first. */
export function keepForLater(course, lecture, change) {
  const kept = read();
  write([...kept, { course, lecture, ...change }]);
  return !kept.length;
}

/** Send what is kept. Another tab may send the same: the API makes the same of it. The event "progress-sent" has the answer. */
export const sendKept = () => (sending ??= sendAll().finally(() => (sending = null)));

async function sendAll() {
  const courses = Object.entries(Object.groupBy(read(), ({ course }) => course));
  for (const [course, kept] of courses) {
    while (kept.length) await send(course, kept.splice(0, MAX_UPDATES));
  }
}

async function send(course, part) {
  const updates = part.map(({ course: _, ...update }) => update);
  try {
    const progress = await api.post(`/courses/${course}/progress/batch`, { updates });
    window.dispatchEvent(new CustomEvent("progress-sent", { detail: { course, progress } }));
  } catch (error) {
    if (error.mayPass || error.status === 401) return; // kept until the next time
    showError(error); // access has ended: it is of no use any more
  }
  const sent = new Set(part.map((update) => JSON.stringify(update)));
  write(read().filter((update) => !sent.has(JSON.stringify(update))));
}

const key = () => `kept-progress-${session.user?.id}`; // of one person: another may sign in on this device
const read = () => JSON.parse(localStorage.getItem(key()) ?? "[]");
const write = (kept) => (kept.length ? localStorage.setItem(key(), JSON.stringify(kept)) : localStorage.removeItem(key()));

onSession((user, before) => user && user.id !== before?.id && sendKept());
window.addEventListener("online", sendKept);
