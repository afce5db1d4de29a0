// POST /auth/verify-email with the token of the mail's link.

import { api, guarded, html, loadSession, notice, session } from "../shop.js";

export default async function verifyEmailPage({ query, signal }) {
  try {
    await api.post("/auth/verify-email", { token: query.token ?? "" }, { signal });
  } catch (error) {
    if (error.status !== 400) throw error;
    return refused(error);
  }
  if (session.user) await loadSession(); // the user's `email_verified`
  return html`<section class="narrow center"><h1>Your address is confirmed</h1>
    <p>Thank you. Receipts and certificates will reach you.</p><p><a class="button primary" href="/">Browse the courses</a></p></section>`;
}

function refused(error) {
  const resend = guarded(async () => (await api.post("/auth/verify-email/resend"), notice("A new mail is on its way.")));
  return html`<section class="narrow center"><h1>This link does not work</h1><p>${error.message}</p>
    ${session.user?.email_verified && html`<p>Your address is confirmed already.</p>`}
    ${session.user && !session.user.email_verified && html`<p><button class="primary" type="button" onclick=${resend}>Send a new link</button></p>`}
    ${!session.user && html`<p><a class="button" href="/sign-in?next=/account">Sign in for a new link</a></p>`}</section>`;
}
