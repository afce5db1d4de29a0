// POST /auth/signup: the answer is the new user, who is signed in.

import { api, changeUser, field, form, html, notice } from "../shop.js";

export default function signUpPage() {
  const fields = [
    field({ label: "Name", name: "name", autocomplete: "name", hint: "As it shall stand on your certificates." }),
    field({ label: "Email", name: "email", type: "email", autocomplete: "username" }),
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
