// Ways into an account: sign-in with its second step, sign-up, and what the links of our mails are for.
import { api, button, changeUser, field, form, go, html, loadSession, message, notice, session, SITE } from "../shop.js";

const SAMPLES = ["student@demo.test", "instructor@demo.test", "staff@demo.test"];
const SAMPLE_PASSWORD = "demo-Passw0rd!";
const IS_LOCAL = ["localhost", "127.0.0.1", "[::1]"].includes(new URL(SITE).hostname);

const emailField = () => field({ label: "E-mail address", name: "email", type: "email", autocomplete: "username" });

/** Where to go from there is for the guard in app.js. */
export function signInPage() {
  const page = html`<section class="narrow"></section>`;
  page.append(firstStep(page));
  return page;
}

function firstStep(page) {
  const fields = [emailField(), field({ label: "Password", name: "password", type: "password", autocomplete: "current-password" })];
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
    ${IS_LOCAL && sampleLogins(signIn)}`;
}

function secondStep(page, challenge) {
  const fields = field({ label: "Code", name: "code", autocomplete: "one-time-code", hint: "Six digits of your authenticator app, or one of your recovery codes." });
  const send = async ({ code }) => changeUser(await api.post("/auth/signin/second-factor", { challenge, code: code.trim() }));
  const again = button("Start again", () => page.replaceChildren(firstStep(page)), { class: "quiet" });
  return html`<h1>Confirm that it is you</h1>
    <div class="panel">${form({ fields, submit: "Confirm", send, aside: again })}</div>`;
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

export function signUpPage() {
  const fields = [
    field({ label: "Name", name: "name", autocomplete: "name", hint: "As your certificates will show it." }),
    emailField(),
    field({ label: "Password", name: "password", type: "password", autocomplete: "new-password" }),
  ];
  async function send(values) {
    changeUser(await api.post("/auth/signup", values));
    notice(`Welcome! A mail to ${values.email} asks you to confirm the address.`);
  }
  return html`<section class="narrow"><h1>Sign up</h1>
    <div class="panel">${form({ fields, submit: "Sign up", send })}</div>
    <p class="center muted">You have an account? <a href="/sign-in${location.search}">Sign in</a></p></section>`;
}

/** The answer is the same for an unknown address. */
export function forgotPasswordPage() {
  const panel = html`<div class="panel"></div>`;
  async function send({ email }) {
    await api.post("/auth/password/forgot", { email });
    panel.replaceChildren(html`<p role="status">If ${email} has an account, a mail with a link is on its way. Look into the spam folder, too.</p>`);
  }
  panel.append(form({ fields: emailField(), submit: "Send the link", send }));
  return html`<section class="narrow"><h1>Forgot your password?</h1><p>We send a link with which you choose a new one.</p>
    ${panel}<p class="center muted"><a href="/sign-in">Back to sign in</a></p></section>`;
}

/** With what the mail's link carries. Every session of the account ends. */
export function resetPasswordPage({ query: { uid, token } }) {
  async function send({ new_password }) {
    await api.post("/auth/password/reset", { uid, token, new_password });
    await loadSession();
    notice("Your password is changed. Sign in with the new one.");
    await go("/sign-in", { replace: true });
  }
  const fields = field({ label: "New password", name: "new_password", type: "password", autocomplete: "new-password" });
  return html`<section class="narrow"><h1>Choose a new password</h1>
    <div class="panel">${form({ fields, submit: "Change the password", send })}</div>
    <p class="center muted"><a href="/forgot-password">Send me another link</a></p></section>`;
}

export async function verifyEmailPage({ query, signal }) {
  try {
    await api.post("/auth/verify-email", { token: query.token ?? "" }, { signal });
  } catch (error) {
    if (error.status !== 400) throw error;
    return message("This link does not work", html`<p>${error.message}</p><p>${anotherLink()}</p>`);
  }
  if (session.user) await loadSession(); // the user's `email_verified`
  return message("Your address is confirmed", html`<p>Thank you. Receipts and certificates will reach you.</p>
    <p><a class="button primary" href="/">Browse the courses</a></p>`);
}

function anotherLink() {
  if (!session.user) return html`<a class="button" href="/sign-in?next=/account">Sign in for a new link</a>`;
  if (session.user.email_verified) return "Your address is confirmed already.";
  const resend = async () => (await api.post("/auth/verify-email/resend"), notice("A new mail is on its way."));
  return button("Send a new link", resend, { class: "primary" });
}
