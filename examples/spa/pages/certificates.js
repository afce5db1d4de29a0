// GET /certificates: mine. GET /certificates/{code}: anybody who has the address may check one.

import { button, day, html, list, notice } from "../shop.js";

export async function myCertificatesPage({ get }) {
  const certificates = await get("/certificates");
  const empty = html`<h2>No certificate yet</h2><p>Complete every lecture of a course, and its certificate is issued here.</p>
    <p><a class="button primary" href="/learn">My courses</a></p>`;
  return html`<section class="medium stack-large"><h1>My certificates</h1>
    ${list(certificates, line, empty, html`<ul class="lines plain"></ul>`)}</section>`;
}

function line({ code, course, issued_at, valid, pdf }) {
  return html`<li class="spread"><p><a href="/certificates/${code}"><strong>${course.title}</strong></a><br><span class="muted">${day(issued_at)}</span></p>
    <p class="row">${!valid && html`<span class="badge bad">Not valid</span>`}${pdf && html`<a class="button" href=${pdf}>PDF</a>`}</p></li>`;
}

export async function certificatePage({ params, get }) {
  const { name, course, instructor, issued_at, valid, revoked_at, pdf, code } = await get(`/certificates/${params.code}`);
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
    <p class="actions center">${pdf && html`<a class="button primary" href=${pdf}>Download the PDF</a>`} ${button("Copy the address", copy)}</p>
  </section>`;
}
