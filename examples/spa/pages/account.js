// /users/me and what belongs to it: profile, picture, address, password, data. Sessions and second factor are components.

import { api, avatar, changeUser, dialog, field, form, go, guarded, html, loadSession, notice, panel, passwordField, pictureForm, refresh, save, secondFactorPanel, session, sessionsPanel } from "../shop.js";

export async function accountPage({ signal }) {
  const [factor, sessions] = await Promise.all([
    api.get("/auth/second-factor", {}, { signal }),
    api.get("/auth/sessions", { page_size: 100 }, { signal }),
  ]);
  return html`<section class="medium stack">
    <h1>Account</h1>
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
  const { name, headline, bio } = session.user;
  const fields = [
    field({ label: "Name", name: "name", value: name, maxlength: 100, autocomplete: "name", required: true, hint: "It stands on your certificates and beside your reviews." }),
    field({ label: "Headline", name: "headline", value: headline, maxlength: 120, hint: "One line, at most 120 characters." }),
    field({ label: "About you", name: "bio", type: "textarea", value: bio, maxlength: 5000, hint: "At most 5,000 characters." }),
  ];
  const send = async (values) => (changeUser(await api.patch("/users/me", values)), notice("Your profile is saved."));
  return form({ fields, submit: "Save profile", send });
}

function address(again) {
  const { email, email_verified: verified } = session.user;
  const resend = guarded(async () => notice((await api.post("/auth/verify-email/resend")).detail));
  const fields = [field({ label: "New e-mail address", name: "email", type: "email", autocomplete: "email", maxlength: 254, required: true }), passwordField()];
  async function send(values) {
    changeUser(await api.patch("/users/me", values)); // still with the old address
    notice(`Check your mail: we have sent a link to ${values.email}. Your address changes when you open it.`);
    again();
  }
  return html`<p>${email} <span class="badge ${verified ? "" : "bad"}">${verified ? "Verified" : "Not verified"}</span>
      ${!verified && html`<button class="quiet" type="button" onclick=${resend}>Send the link again</button>`}</p>
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
  if (session.user.role === "instructor") return html`<p>You are an instructor. <a href="/teach">Go to your courses</a></p>`;
  const ask = guarded(async () => {
    changeUser(await api.post("/users/me/instructor")); // 200, or 202 while staff must agree
    const isNow = session.user.role === "instructor";
    notice(isNow ? "You are an instructor now." : "We have your request and will e-mail you.", isNow ? { link: ["Write a course", "/teach/new"] } : {});
    again();
  });
  return html`<p>Write courses of your own, sell them, and see how your students get on.</p>
    <p><button type="button" onclick=${ask}>Become an instructor</button></p>`;
}

function data() {
  const download = guarded(async () => save(await api.get("/users/me/export"), "my-data.json"));
  return html`<p>Download everything that we keep about you, or delete your account.</p>
    <div class="actions">
      <button type="button" onclick=${download}>Download my data</button>
      <button class="danger" type="button" onclick=${askToDelete}>Delete my account</button>
    </div>`;
}

function askToDelete() {
  const send = async (values, close) => {
    await api.del("/users/me", values);
    close();
    await loadSession();
    changeUser(null);
    notice("Your account is deleted.");
    go("/");
  };
  return dialog("Delete your account?", (close) => html`<div class="stack">
    <p>This cannot be undone. Your name, address, picture, reviews and progress are deleted, and you lose your courses.</p>
    <p>Our books keep your orders, without your name. ${session.user.role === "instructor" && "Courses of yours that have students are archived: the students keep them."}</p>
    ${form({ class: "form danger", fields: passwordField(), submit: "Delete my account for good", send: (values) => send(values, close) })}
  </div>`);
}
