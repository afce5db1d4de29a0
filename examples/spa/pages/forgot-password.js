// POST /auth/password/forgot: the answer is the same for an unknown address.

import { api, field, form, html } from "../shop.js";

export default function forgotPasswordPage() {
  const panel = html`<div class="panel"></div>`;
  async function send({ email }) {
    await api.post("/auth/password/forgot", { email });
    panel.replaceChildren(html`<p role="status">If ${email} has an account, a mail with a link is on its way. Look into the spam folder, too.</p>`);
  }
  panel.append(form({ fields: field({ label: "Email", name: "email", type: "email", autocomplete: "username" }), submit: "Send the link", send }));
  return html`<section class="narrow"><h1>Forgot your password?</h1><p>We send a link with which you choose a new one.</p>
    ${panel}<p class="center muted"><a href="/sign-in">Back to sign in</a></p></section>`;
}
