// GET /auth/sessions, DELETE /auth/sessions/{id}, POST /auth/signout-everywhere.

import { api } from "../api.js";
import { confirm } from "./dialog.js";
import { moment } from "./format.js";
import { guarded } from "./notice.js";
import { panel } from "./panel.js";
import { html } from "../html.js";
import { go } from "../router.js";
import { changeUser, loadSession } from "../session.js";

const BROWSERS = [[/Edg/, "Edge"], [/Firefox|FxiOS/, "Firefox"], [/Chrome|CriOS/, "Chrome"], [/Safari/, "Safari"]];
const SYSTEMS = [[/iPhone|iPad/, "iOS"], [/Android/, "Android"], [/Windows/, "Windows"], [/Mac OS/, "macOS"], [/Linux/, "Linux"]];

export function sessionsPanel(sessions) {
  return panel("Sessions", (again) => {
    const end = (id) => guarded(async () => {
      await api.del(`/auth/sessions/${id}`);
      sessions = sessions.filter((each) => each.id !== id);
      again();
    });
    return html`<p>Where you are signed in.</p>
      <ul class="plain rows">${sessions.map((each) => row(each, end(each.id)))}</ul>
      <p><button type="button" onclick=${guarded(leaveEverywhere)}>Sign out everywhere</button></p>`;
  });
}

function row({ user_agent, ip, last_used_at, is_current }, end) {
  const name = device(user_agent);
  return html`<li>
    <div class="grow"><strong>${name}</strong> ${is_current && html`<span class="badge">This device</span>`}
      <p class="muted">${ip} · last used ${moment(last_used_at)}</p></div>
    ${!is_current && html`<button type="button" aria-label="End the session: ${name}" onclick=${end}>End</button>`}
  </li>`;
}

/** "Mozilla/5.0 (X11; Linux x86_64) ... Firefox/150.0" -> "Firefox on Linux". */
function device(agent) {
  const [browser, system] = [BROWSERS, SYSTEMS].map((words) => words.find(([pattern]) => pattern.test(agent))?.[1]);
  return browser ? [browser, system].filter(Boolean).join(" on ") : agent || "Unknown device";
}

async function leaveEverywhere() {
  const text = "Every device is signed out, this one too.";
  if (!(await confirm({ title: "Sign out everywhere?", text, action: "Sign out everywhere" }))) return;
  await api.post("/auth/signout-everywhere");
  await loadSession();
  changeUser(null);
  go("/");
}
