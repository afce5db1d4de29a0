// What students handed in, and its grades: a course's gradebook, the work of one lecture, one attempt.
import { api, ask, attemptResult, badge, button, courseHead, field, form, html, isExam, later, list, moment, notice, outcome, plural, points, refresh, resultPanel, save, tabs, work } from "../shop.js";

/** GET /courses/{id}/gradebook: a row for each student, a column for each quiz and assignment; what waits comes first. */
export async function teachGradesPage({ params, get, signal }) {
  const id = params.course;
  const [course, book] = await Promise.all([get(`/courses/${id}`), get(`/courses/${id}/gradebook`)]);
  const download = async () => save(await api.get(`/courses/${id}/gradebook/csv`), `${course.slug}-grades.csv`);
  const empty = html`<h2>Nothing to grade yet</h2><p>Quizzes and assignments are lectures of the outline. Who takes one is listed here.</p>`;
  const none = !book.columns.length || !book.results.length;
  return html`<section class="medium stack">
    ${courseHead(course, "grades")}
    ${book.columns.length > 0 && html`<section class="stack" aria-label="Inbox"><h2>Waits for you</h2>${later(() => inbox(book.columns, get, id), signal)}</section>`}
    <section class="stack" aria-label="Gradebook">
      <div class="spread"><h2>Gradebook</h2>${!none && button("Download as CSV", download)}</div>
      ${none ? html`<div class="empty-state">${empty}</div>` : gradebook(book, id)}
    </section>
  </section>`;
}

async function inbox(columns, get, course) {
  const counted = await Promise.all(columns.map(async ({ lecture, title, kind }) => {
    const { results, next } = await get(...waiting(kind, lecture));
    return { title, count: `${results.length}${next ? " and more" : ""}`, isEmpty: !results.length, url: workOf(course, lecture) };
  }));
  const open = counted.filter(({ isEmpty }) => !isEmpty);
  if (!open.length) return html`<p class="muted">Nothing waits for a grade.</p>`;
  return html`<ul class="plain lines">${open.map(({ title, count, url }) => html`<li class="spread"><a href=${url}>${title}</a>${badge(count)}</li>`)}</ul>`;
}

const workOf = (course, lecture) => `/teach/${course}/lectures/${lecture}/work`;
const waiting = (kind, lecture) => (kind === "quiz" ? [`/lectures/${lecture}/attempts`, { needs_grading: true }] : [`/lectures/${lecture}/submissions`, { status: "submitted" }]);

function gradebook(book, course) {
  const cell = ({ percentage, passed, attempts }) => html`<td class="number">${percentage === null ? html`<span class="muted">${attempts ? "no grade yet" : "–"}</span>` : html`${percentage} % <span class=${passed ? "" : "muted"}>${passed ? "✓" : "·"}<span class="hidden">${passed ? "passed" : "not passed"}</span></span>`}</td>`;
  const rows = html`<tbody></tbody>`;
  const row = ({ student, cells }) => html`<tr><th scope="row">${student.name}</th>${book.columns.map(({ lecture }) => cell(cells.find((one) => one.lecture === lecture) ?? { percentage: null }))}</tr>`;
  const all = list(book, row, "", rows);
  const place = html`<div class="scrolling" role="region" aria-label="Grades" tabindex="0"></div>`;
  rows.before(place);
  place.append(html`<table>
    <thead><tr><th scope="col">Student</th>${book.columns.map(({ lecture, title }) => html`<th scope="col" class="number"><a href=${workOf(course, lecture)}>${title}</a></th>`)}</tr></thead>
    ${rows}</table>`);
  return all;
}

/** The attempts or submissions of one lecture: those that wait, or all. */
export async function teachWorkPage({ params, query, get }) {
  const { course, lecture: id } = params;
  const lecture = await get(`/lectures/${id}`);
  const isAll = query.all === "yes";
  const [path, filter] = waiting(lecture.kind, id);
  const [found, assignment] = await Promise.all([isExam(lecture) && get(path, isAll ? {} : filter), lecture.kind === "assignment" && get(`/lectures/${id}/assignment`)]);
  const here = workOf(course, id);
  const row = assignment ? (one) => submissionRow(one, assignment) : (one) => attemptRow(one, course);
  return html`<section class="medium stack">
    <p><a href="/teach/${course}/grades">Back to the grades</a></p>
    <h1>${lecture.title}</h1>
    ${tabs("Which", [[here, "Waits for you"], [`${here}?all=yes`, "All"]])}
    ${list(found, row, isAll ? "Nobody has handed in anything yet." : "Nothing waits for a grade.")}
  </section>`;
}

const attemptRow = (attempt, course) => html`<li>
  <div class="grow"><a href="/teach/${course}/attempts/${attempt.id}?student=${encodeURIComponent(attempt.student.name)}">${attempt.student.name}</a>
    <p class="muted">Attempt ${attempt.number}, ${moment(attempt.submitted_at ?? attempt.started_at)}</p></div>
  ${outcome(attempt)}
</li>`;

const STATES = { draft: "Draft", submitted: "Waits", returned: "Sent back", graded: "Graded" };

function submissionRow(submission, assignment) {
  const { student, status, submitted_at } = submission;
  const grade = async () => {
    const done = await ask(`Grade ${student.name}`, { fields: gradeFields(submission, assignment), submit: "Save the grade", send: (values) => api.put(`/submissions/${submission.id}/grade`, toGrade(values, assignment)) });
    if (done) (notice(`${student.name} can see the grade.`), refresh());
  };
  return html`<li><div class="grow stack"><p class="spread"><strong>${student.name}</strong>${badge(STATES[status], status === "submitted" ? "" : "off")}</p>
    ${submitted_at && work(submission)}
    ${["graded", "returned"].includes(status) && resultPanel(submission, assignment.rubric)}
    ${submitted_at && html`<p>${button(status === "submitted" ? "Grade" : "Change the grade", grade, { class: status === "submitted" ? "primary" : "", "aria-label": `Grade the work of ${student.name}` })}</p>`}
  </div></li>`;
}

function gradeFields({ rubric, score, feedback }, assignment) {
  const number = (name, title, most, value) => field({ label: `${title} (of ${points(most)})`, name, value: value === undefined || value === null ? "" : value / 100, inputmode: "decimal" });
  const scores = assignment.rubric.length ? assignment.rubric.map(({ id, title, points: most }) => number(id, title, most, rubric?.[id])) : number("score", "Score", assignment.points, score);
  return [scores, field({ label: "Feedback", name: "feedback", type: "textarea", value: feedback ?? "", maxlength: 10_000 }),
    field({ label: "Send it back for another try", name: "returned", type: "checkbox" })];
}

const hundredths = (text) => (text.trim() ? Math.round(Number(text.replace(",", ".")) * 100) : null);

function toGrade({ score, feedback, returned, ...values }, { rubric }) {
  const criteria = Object.fromEntries(rubric.map(({ id }) => [id, hundredths(values[id])]));
  return { ...(rubric.length ? { rubric: criteria } : { score: hundredths(score) }), feedback, returned };
}

/** GET /attempts/{id}: every question with its key, and a grade by hand. */
export async function teachAttemptPage({ params, query, get }) {
  const attempt = await get(`/attempts/${params.attempt}`);
  const tools = (question) => attempt.status !== "open" && html`<details><summary>${question.score === null || question.score === undefined ? "Give a score" : "Change the score"}</summary>${scoreForm(attempt, question)}</details>`;
  return html`<section class="medium stack">
    <p><a href=${workOf(params.course, attempt.lecture)}>Back to the quiz</a></p>
    <h1>${query.student ?? "An attempt"}</h1>
    ${attempt.status === "open" ? html`<p>The attempt is open: ${plural(attempt.questions.length, "question")}.</p>` : attemptResult(attempt, null, tools)}
  </section>`;
}

function scoreForm(attempt, question) {
  const { id, score, points: most, feedback } = question;
  const fields = [
    field({ label: `Score (of ${points(most)})`, name: "score", value: score === null || score === undefined ? "" : score / 100, inputmode: "decimal" }),
    field({ label: "Feedback", name: "feedback", type: "textarea", value: feedback ?? "", maxlength: 10_000 }),
    question.kind !== "essay" && field({ label: "Reason", name: "reason", maxlength: 500, hint: "Why the automatic score is changed." }),
  ];
  const send = async (values) => {
    await api.put(`/attempts/${attempt.id}/grades/${id}`, { ...values, score: hundredths(values.score) });
    notice("The grade is saved.");
    refresh();
  };
  return form({ fields, submit: "Save the grade", send });
}
