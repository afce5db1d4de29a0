// POST /auth/signin, and its second step for who has a second factor. The way on is the guard's in app.js.

import { api, changeUser, field, form, html, SITE } from "../shop.js";

const SAMPLES = ["student@demo.test", "instructor@demo.test", "staff@demo.test"];
const SAMPLE_PASSWORD = "demo-Passw0rd!";

export default function signInPage() {
  const page = html`<section class="narrow"></section>`;
  page.append(firstStep(page));
  return page;
}

function firstStep(page) {
  const fields = [
    field({ label: "Email", name: "email", type: "email", autocomplete: "username" }),
    field({ label: "Password", name: "password", type: "password", autocomplete: "current-password" }),
  ];
  async function send(values) {
    const answer = await api.post("/auth/signin", values);
    if (!answer.challenge) return changeUser(answer);
    page.replaceChildren(secondStep(page, answer.challenge));
    page.querySelector("input").focus();
  }
  const signIn = form({ fields, submit: "Sign in", send, aside: html`<a href="/forgot-password">Forgot your password?</a>` });
  return html`<h1>Sign in</h1>
    <div class="panel">${signIn}</div>
    <p class="center muted">New here? <a href="/sign-up${location.search}">Sign up</a></p>
    ${isLocal() && sampleLogins(signIn)}`;
}

function secondStep(page, challenge) {
  const fields = field({ label: "Code", name: "code", autocomplete: "one-time-code", hint: "Six digits of your authenticator app, or one of your recovery codes." });
  const send = async ({ code }) => changeUser(await api.post("/auth/signin/second-factor", { challenge, code: code.trim() }));
  const again = () => page.replaceChildren(firstStep(page));
  return html`<h1>Confirm that it is you</h1>
    <div class="panel">${form({ fields, submit: "Confirm", send, aside: html`<button class="quiet" type="button" onclick=${again}>Start again</button>` })}</div>`;
}

/** The people of the sample data, on a developer's machine only. */
function sampleLogins(signIn) {
  const fill = (email) => () => {
    signIn.elements.email.value = email;
    signIn.elements.password.value = SAMPLE_PASSWORD;
    signIn.requestSubmit();
  };
  return html`<div class="samples"><p class="muted">Sample people of the demo</p>
    ${SAMPLES.map((email) => html`<button type="button" onclick=${fill(email)}>${email}</button>`)}</div>`;
}

const isLocal = () => ["localhost", "127.0.0.1", "[::1]"].includes(new URL(SITE).hostname);
