// Who may come in: the second factor and the sessions of an account.

import { api } from "../api.js";
import { html } from "../html.js";
import { go } from "../router.js";
import { changeUser, loadSession } from "../session.js";
import { field, form, passwordField } from "./form.js";
import { day, moment, plural } from "./format.js";
import { confirm, dialog, guarded, notice } from "./messages.js";
import { panel, save } from "./parts.js";

export function secondFactorPanel(factor) {
  return panel("Second factor", (again) => {
    const change = (act) => guarded(async () => {
      await act();
      factor = await api.get("/auth/second-factor");
      again();
    });
    const button = (words, act, kind) => html`<button class=${kind} type="button" onclick=${change(act)}>${words}</button>`;
    if (!factor.enabled) {
      return html`<p>Sign in with your password and a code from an app: then a stolen password is not enough.</p>
        <p>${button("Set up a second factor", setUp)}</p>`;
    }
    return html`<p><span class="badge">On</span> since ${day(factor.confirmed_at)}. ${plural(factor.recovery_codes_left, "recovery code")} left.</p>
      <div class="actions">${button("New recovery codes", renewCodes)} ${button("Remove the second factor", remove, "danger")}</div>`;
  });
}

async function setUp() {
  const setup = await withPassword("Set up a second factor", "Go on", (values) => api.post("/auth/second-factor", values));
  const codes = setup && (await dialog("Add Lectern to your app", (close) => scan(setup, close)));
  if (codes) await showCodes(codes);
}

async function renewCodes() {
  const answer = await withPassword("New recovery codes", "Make new codes", (values) => api.post("/auth/second-factor/recovery-codes", values));
  if (answer) await showCodes(answer.recovery_codes);
}

async function remove() {
  const send = async (values) => (await api.del("/auth/second-factor", values), true);
  if (await withPassword("Remove the second factor", "Remove", send)) notice("The second factor is removed.");
}

/** Ask for the password; resolve to what `send({current_password})` returns, undefined when dismissed. */
function withPassword(title, submit, send) {
  const fields = passwordField();
  return dialog(title, (close) => form({ class: "form", fields, submit, send: async (values) => close(await send(values)) }));
}

function scan({ secret, otpauth_url, qr_code }, close) {
  const code = field({ label: "Code from the app", name: "code", inputmode: "numeric", autocomplete: "one-time-code", maxlength: 40, required: true });
  const send = async (values) => close((await api.post("/auth/second-factor/confirm", values)).recovery_codes);
  return html`<div class="stack">
    <p>Scan this with an authenticator app, <a href=${otpauth_url}>open the app on this device</a>, or type the key.</p>
    <img class="qr" src=${qr_code} alt="QR code of the key below" width="200" height="200">
    <p class="row"><code>${secret.match(/.{1,4}/g).join(" ")}</code> ${copyButton("Copy the key", secret)}</p>
    ${form({ class: "form", fields: code, submit: "Turn it on", send })}
  </div>`;
}

function showCodes(codes) {
  const text = codes.join("\n");
  return dialog("Keep your recovery codes", (close) => html`<div class="stack">
    <p>Each signs you in once if you lose your app. They are shown only now.</p>
    <ul class="plain codes">${codes.map((code) => html`<li><code>${code}</code></li>`)}</ul>
    <div class="actions">
      ${copyButton("Copy the codes", text)}
      <button type="button" onclick=${() => save(new Blob([text]), "lectern-recovery-codes.txt")}>Download the codes</button>
      <button class="primary" type="button" onclick=${() => close()}>I have kept them</button>
    </div>
  </div>`);
}

function copyButton(words, text) {
  const copy = async ({ currentTarget }) => {
    await navigator.clipboard.writeText(text);
    currentTarget.textContent = "Copied";
  };
  return html`<button type="button" onclick=${copy}>${words}</button>`;
}

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
