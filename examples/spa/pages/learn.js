// GET /enrollments: my courses, the last one first; GET /certificates: what came of them.
import { button, day, html, list, notice, plural, progressBar, thumbnail } from "../shop.js";

export async function myCoursesPage({ get }) {
  const enrollments = await get("/enrollments", { page_size: 12 });
  const empty = html`<h2>No course yet</h2><p>What you buy or take for free is kept here.</p>
    <p><a class="button primary" href="/">Browse the courses</a></p>`;
  return html`<section class="stack-large"><div class="spread"><h1>My courses</h1><p class="row"><a href="/wishlist">My wishlist</a> <a href="/certificates">My certificates</a></p></div>
    ${list(enrollments, enrollmentCard, empty, html`<div class="grid"></div>`)}</section>`;
}

const enrollmentCard = ({ course, percentage, completed_lectures, total_lectures, is_completed, certificate }) =>
  html`<article class="card">
    ${thumbnail(course)}
    <div class="body">
      <h2><a href="/learn/${course.slug}">${course.title}</a></h2>
      <p class="muted">${course.instructor.name}</p>
      <div class="stack-small foot-box">
        ${progressBar(percentage)}
        <p class="muted spread"><span>${completed_lectures} of ${plural(total_lectures, "lecture")}</span><strong>${percentage}%</strong></p>
        ${certificate && html`<a class="above" href="/certificates/${certificate}">View the certificate</a>`}
        ${is_completed && !certificate && html`<span class="badge">Completed</span>`}
      </div>
    </div>
  </article>`;

export async function myCertificatesPage({ get }) {
  const certificates = await get("/certificates");
  const empty = html`<h2>No certificate yet</h2><p>Complete every lecture of a course, and its certificate is issued here.</p>
    <p><a class="button primary" href="/learn">My courses</a></p>`;
  return html`<section class="medium stack-large"><h1>My certificates</h1>
    ${list(certificates, line, empty, html`<ul class="lines plain"></ul>`)}</section>`;
}

const line = ({ code, course, issued_at, valid, pdf }) =>
  html`<li class="spread"><p><a href="/certificates/${code}"><strong>${course.title}</strong></a><br><span class="muted">${day(issued_at)}</span></p>
    <p class="row">${!valid && html`<span class="badge bad">Not valid</span>`}${pdf && html`<a class="button" href=${pdf}>PDF</a>`}</p></li>`;

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
