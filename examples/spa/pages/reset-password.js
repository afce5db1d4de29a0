// POST /auth/password/reset with what the mail's link carries. Every session of the account ends.

import { api } from "../api.js";
import { field, form } from "../components/form.js";
import { notice } from "../components/notice.js";
import { html } from "../html.js";
import { go } from "../router.js";
import { loadSession } from "../session.js";

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
