// /users/me and what belongs to it: profile, picture, address, password, data. Sessions and second factor are components.

import { api, ask, avatar, button, changeUser, field, form, go, html, loadSession, notice, panel, passwordField, pictureForm, refresh, save, secondFactorPanel, session, sessionsPanel } from "../shop.js";

export async function accountPage({ get }) {
  const [factor, sessions] = await Promise.all([get("/auth/second-factor"), get("/auth/sessions", { page_size: 100 })]);
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
  if (session.user.role === "instructor") return html`<p>You are an instructor. <a href="/teach">Go to your courses</a></p>`;
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
    ${button("Delete my account", remove, { class: "danger" })}
  </div>`;

async function remove() {
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
