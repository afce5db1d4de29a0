// GET /certificates: mine.

import { api, day, html, list } from "../shop.js";

export default async function myCertificatesPage({ signal }) {
  const certificates = await api.get("/certificates", {}, { signal });
  const empty = html`<h2>No certificate yet</h2><p>Complete every lecture of a course, and its certificate is issued here.</p><p><a class="button primary" href="/learn">My courses</a></p>`;
  return html`<section class="medium stack-large"><h1>My certificates</h1>
    ${list(certificates, line, html`<ul class="lines plain"></ul>`, empty)}</section>`;
}

function line({ code, course, issued_at, valid, pdf }) {
  return html`<li class="spread"><p><a href="/certificates/${code}"><strong>${course.title}</strong></a><br><span class="muted">${day(issued_at)}</span></p>
    <p class="row">${!valid && html`<span class="badge bad">Not valid</span>`}${pdf && html`<a class="button" href=${pdf}>PDF</a>`}</p></li>`;
}
