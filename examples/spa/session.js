// Who is signed in, in every tab.
import { api } from "./api.js";

export const session = { user: null };
const listeners = new Set();
const tabs = new BroadcastChannel("session");

/** Ask the API who is signed in. Called when the page starts, and when another tab signs in or out. */
export const loadSession = async () => setUser((await api.session()).user);

/** Take over who is signed in, with changed details too, or null after signing out; the other tabs follow. */
export function changeUser(user, reason) {
  setUser(user, reason);
  tabs.postMessage("changed");
}

export async function signOut() {
  await api.post("/auth/signout");
  await loadSession(); // a visitor's CSRF token
  changeUser(null);
}

/** Call `listener(user, before, reason)` at every change; the reason is "ended" if the API has ended the session. */
export const onSession = (listener) => listeners.add(listener);

function setUser(user, reason) {
  const before = session.user;
  session.user = user;
  for (const listener of listeners) listener(user, before, reason);
}

tabs.onmessage = () => loadSession().catch(() => {}); // the next request shows what is wrong
window.addEventListener("signed-out", () => session.user && changeUser(null, "ended"));
