// /users/me and what belongs to it: profile, picture, address, password, data; the second factor, the sessions.
import { api, ask, avatar, button, changeUser, confirm, copyButton, day, dialog, field, form, go, html, languageName, loadSession, moment, notice, panel, passwordField, pictureForm, plural, refresh, save, session } from "../shop.js";

const LOCALES = [["", "That of my browser"], ...["en", "de", "es", "fr"].map((code) => [code, languageName(code, code)])]; // those of the API

export async function accountPage({ get }) {
  const [factor, sessions] = await Promise.all([get("/auth/second-factor"), get("/auth/sessions", { page_size: 100 })]);
  return html`<section class="medium stack"><h1>Account</h1>
    ${panel("Picture", picture)}
    ${panel("Profile", profile)}
    ${panel("E-mail address", address)}
    ${panel("Password", password)}
    ${secondFactorPanel(factor)}
    ${sessionsPanel(sessions.results)}
    ${panel("Teaching", teaching)}
    ${panel("Your data", data)}
  </section>`;
}

function picture(again) {
  const shown = avatar(session.user);
  shown.classList.add("large");
  const put = async (body) => (changeUser(await api.put("/users/me/avatar", body)), again());
  const remove = async () => (changeUser(await api.del("/users/me/avatar")), again());
  return pictureForm({ name: "avatar", shown, put, remove: session.user.avatar && remove });
}

function profile() {
  const { name, headline, bio, locale } = session.user;
  const fields = [
    field({ label: "Name", name: "name", value: name, maxlength: 100, autocomplete: "name", required: true, hint: "It stands on your certificates and beside your reviews." }),
    field({ label: "Headline", name: "headline", value: headline, maxlength: 120, hint: "One line, at most 120 characters." }),
    field({ label: "About you", name: "bio", type: "textarea", value: bio, maxlength: 5000, hint: "At most 5,000 characters." }),
    field({ label: "Language", name: "locale", value: locale ?? "", options: LOCALES, hint: "Of our e-mails to you." }),
  ];
  const send = async (values) => (changeUser(await api.patch("/users/me", { ...values, locale: values.locale || null })), notice("Your profile is saved."));
  return form({ fields, submit: "Save profile", send });
}

function address(again) {
  const { email, email_verified: verified } = session.user;
  const resend = async () => notice((await api.post("/auth/verify-email/resend")).detail);
  const fields = [field({ label: "New e-mail address", name: "email", type: "email", autocomplete: "email", maxlength: 254, required: true }), passwordField()];
  async function send(values) {
    changeUser(await api.patch("/users/me", values)); // still with the old address
    notice(`Check your mail: we have sent a link to ${values.email}. Your address changes when you open it.`);
    again();
  }
  return html`<p>${email} <span class="badge ${verified ? "" : "bad"}">${verified ? "Verified" : "Not verified"}</span>
      ${!verified && button("Send the link again", resend, { class: "quiet" })}</p>
    ${form({ fields, submit: "Change address", send })}`;
}

function password() {
  const hint = "At least 10 characters. Your other sessions end.";
  const fields = [passwordField(), passwordField({ name: "new_password", label: "New password", autocomplete: "new-password", hint })];
  async function send(values) {
    await api.post("/auth/password/change", values);
    notice("Your password is changed, and all other sessions are signed out.");
    refresh();
  }
  return form({ fields, submit: "Change password", send });
}

function teaching(again) {
  if (session.user.role === "instructor") return html`<p>You are an instructor. <a href="/teach">Go to your teaching</a></p>`;
  async function become() {
    changeUser(await api.post("/users/me/instructor")); // 200, or 202 while staff must agree
    if (session.user.role === "instructor") notice("You are an instructor now.", { link: ["Write a course", "/teach/new"] });
    else notice("We have your request and will e-mail you.");
    again();
  }
  return html`<p>Write courses of your own, sell them, and see how your students get on.</p>
    <p>${button("Become an instructor", become)}</p>`;
}

const data = () => html`<p>Download everything that we keep about you, or delete your account.</p>
  <div class="actions">
    ${button("Download my data", async () => save(await api.get("/users/me/export"), "my-data.json"))}
    ${button("Delete my account", leave, { class: "danger" })}
  </div>`;

async function leave() {
  const isGone = await ask("Delete your account?", {
    class: "form danger",
    intro: html`<p>This cannot be undone. Your name, address, picture, reviews and progress are deleted, and you lose your courses.</p>
      <p>Our books keep your orders, without your name. ${session.user.role === "instructor" && "Courses of yours that have students are archived: the students keep them."}</p>`,
    fields: passwordField(),
    submit: "Delete my account for good",
    send: (values) => api.del("/users/me", values),
  });
  if (!isGone) return;
  await loadSession();
  changeUser(null);
  notice("Your account is deleted.");
  go("/");
}

const BROWSERS = [[/Edg/, "Edge"], [/Firefox|FxiOS/, "Firefox"], [/Chrome|CriOS/, "Chrome"], [/Safari/, "Safari"]];
const SYSTEMS = [[/iPhone|iPad/, "iOS"], [/Android/, "Android"], [/Windows/, "Windows"], [/Mac OS/, "macOS"], [/Linux/, "Linux"]];

const secondFactorPanel = (factor) => panel("Second factor", (again) => {
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
    <div class="actions">${change("New recovery codes", renewCodes)} ${change("Remove the second factor", removeFactor, "danger")}</div>`;
});

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

async function removeFactor() {
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

const sessionsPanel = (sessions) => panel("Sessions", (again) => {
  const end = async (id) => {
    await api.del(`/auth/sessions/${id}`);
    sessions = sessions.filter((each) => each.id !== id);
    again();
  };
  return html`<p>Where you are signed in.</p>
    <ul class="plain rows">${sessions.map((each) => sessionRow(each, () => end(each.id)))}</ul>
    <p>${button("Sign out everywhere", leaveEverywhere)}</p>`;
});

function sessionRow({ user_agent, ip, last_used_at, is_current }, end) {
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
