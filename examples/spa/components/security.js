// Who may come in: the second factor and the sessions of an account.

import { api } from "../api.js";
import { html } from "../html.js";
import { go } from "../router.js";
import { changeUser, loadSession } from "../session.js";
import { field, passwordField } from "./form.js";
import { day, moment, plural } from "./format.js";
import { ask, button, confirm, copyButton, dialog, notice, panel, save } from "./parts.js";

const BROWSERS = [[/Edg/, "Edge"], [/Firefox|FxiOS/, "Firefox"], [/Chrome|CriOS/, "Chrome"], [/Safari/, "Safari"]];
const SYSTEMS = [[/iPhone|iPad/, "iOS"], [/Android/, "Android"], [/Windows/, "Windows"], [/Mac OS/, "macOS"], [/Linux/, "Linux"]];

export function secondFactorPanel(factor) {
  return panel("Second factor", (again) => {
    const change = (words, act, kind) => button(words, async () => {
      await act();
      factor = await api.get("/auth/second-factor");
      again();
    }, { class: kind });
    if (!factor.enabled) {
      return html`<p>Sign in with your password and a code from an app: then a stolen password is not enough.</p>
        <p>${change("Set up a second factor", setUp)}</p>`;
    }
    return html`<p><span class="badge">On</span> since ${day(factor.confirmed_at)}. ${plural(factor.recovery_codes_left, "recovery code")} left.</p>
      <div class="actions">${change("New recovery codes", renewCodes)} ${change("Remove the second factor", remove, "danger")}</div>`;
  });
}

/** With a password, then with the app and its first code. */
async function setUp() {
  const setup = await withPassword("Set up a second factor", "Go on", (values) => api.post("/auth/second-factor", values));
  if (!setup) return;
  const { secret, otpauth_url, qr_code } = setup;
  const answer = await ask("Add Lectern to your app", {
    intro: html`<p>Scan this with an authenticator app, <a href=${otpauth_url}>open the app on this device</a>, or type the key.</p>
      <img class="qr" src=${qr_code} alt="QR code of the key below" width="200" height="200">
      <p class="row"><code>${secret.match(/.{1,4}/g).join(" ")}</code> ${copyButton("Copy the key", secret)}</p>`,
    fields: field({ label: "Code from the app", name: "code", inputmode: "numeric", autocomplete: "one-time-code", maxlength: 40, required: true }),
    submit: "Turn it on",
    send: (values) => api.post("/auth/second-factor/confirm", values),
  });
  if (answer) await showCodes(answer);
}

async function renewCodes() {
  const answer = await withPassword("New recovery codes", "Make new codes", (values) => api.post("/auth/second-factor/recovery-codes", values));
  if (answer) await showCodes(answer);
}

async function remove() {
  const done = await withPassword("Remove the second factor", "Remove", (values) => api.del("/auth/second-factor", values));
  if (done) notice("The second factor is removed.");
}

const withPassword = (title, submit, send) => ask(title, { fields: passwordField(), submit, send });

/** The recovery codes are in the answer of one request, and never again. */
function showCodes({ recovery_codes: codes }) {
  const text = codes.join("\n");
  return dialog("Keep your recovery codes", (close) => html`<div class="stack">
    <p>Each signs you in once if you lose your app. They are shown only now.</p>
    <ul class="plain codes">${codes.map((code) => html`<li><code>${code}</code></li>`)}</ul>
    <div class="actions">
      ${copyButton("Copy the codes", text)}
      ${button("Download the codes", () => save(new Blob([text]), "lectern-recovery-codes.txt"))}
      <button class="primary" type="button" onclick=${() => close()}>I have kept them</button>
    </div>
  </div>`);
}

export function sessionsPanel(sessions) {
  return panel("Sessions", (again) => {
    const end = async (id) => {
      await api.del(`/auth/sessions/${id}`);
      sessions = sessions.filter((each) => each.id !== id);
      again();
    };
    return html`<p>Where you are signed in.</p>
      <ul class="plain rows">${sessions.map((each) => row(each, () => end(each.id)))}</ul>
      <p>${button("Sign out everywhere", leaveEverywhere)}</p>`;
  });
}

function row({ user_agent, ip, last_used_at, is_current }, end) {
  const name = device(user_agent);
  return html`<li>
    <div class="grow"><strong>${name}</strong> ${is_current && html`<span class="badge">This device</span>`}
      <p class="muted">${ip} · last used ${moment(last_used_at)}</p></div>
    ${!is_current && button("End", end, { "aria-label": `End the session: ${name}` })}
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
