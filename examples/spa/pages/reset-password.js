// POST /auth/password/reset with what the mail's link carries. Every session of the account ends.

import { api, field, form, go, html, loadSession, notice } from "../shop.js";

export default function resetPasswordPage({ query: { uid, token } }) {
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
