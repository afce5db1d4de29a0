// GET /certificates/{code}: anybody who has the address may check it.

import { api, day, html, notice } from "../shop.js";

export default async function certificatePage({ params, signal }) {
  const { name, course, instructor, issued_at, valid, revoked_at, pdf, code } = await api.get(`/certificates/${params.code}`, {}, { signal });
  const copy = async () => (await navigator.clipboard.writeText(location.href), notice("The address is copied."));
  return html`<section class="medium">
    <div class="certificate panel center">
      <p class="muted">Certificate of completion</p>
      <h1>${name}</h1>
      <p>has completed the course</p>
      <h2>${course.title}</h2>
      <p>taught by ${instructor}, on ${day(issued_at)}</p>
      <p>${valid ? html`<span class="badge">✓ Valid</span>` : html`<span class="badge bad">Not valid${revoked_at && ` since ${day(revoked_at)}`}</span>`}</p>
      <p class="muted"><code>${code}</code></p>
    </div>
    <p class="actions center">${pdf && html`<a class="button primary" href=${pdf}>Download the PDF</a>`}
      <button type="button" onclick=${copy}>Copy the address</button></p>
  </section>`;
}
