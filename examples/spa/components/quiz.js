// A quiz as its student sees it: what it asks, the way into an attempt, and what came of each.
import { api, badge, button, clock, duration, facts, go, html, list, moment, points, raw, refresh } from "../kit.js";
import { attemptForm } from "./attempt.js";
import { keyWords, responseWords } from "./responses.js";

const NO_KEY = {
  never: "The right answers of this quiz are not shown.",
  after_attempt: "The right answers are shown when no attempt is open.",
  after_pass: "The right answers are shown once you have passed.",
  after_last: "The right answers are shown after your last attempt.",
};
const span = (seconds) => (seconds % 60 ? clock(seconds) : duration(seconds));
const MAX_WAIT_MS = 60 * 60 * 1000;

export async function quizContent({ id }, { get, query, signal }) {
  const here = (attempt) => go(`${location.pathname}${attempt ? `?attempt=${attempt}` : ""}`, { replace: true });
  if (!query.attempt) return intro(id, ...(await Promise.all([get(`/lectures/${id}/quiz`), get(`/lectures/${id}/attempts`)])), here, signal);
  const [quiz, attempt] = await Promise.all([get(`/lectures/${id}/quiz`), get(`/attempts/${query.attempt}`)]);
  if (attempt.status === "open") return attemptForm(attempt, { signal, onEnd: () => here(attempt.id) });
  return html`<div>${attemptResult(attempt, NO_KEY[quiz.show_key])}<p class="actions">${button("Back to the quiz", () => here())}</p></div>`;
}

function intro(id, quiz, attempts, here, signal) {
  const open = attempts.results.find(({ status }) => status === "open");
  const start = async () => here((await api.post(`/lectures/${id}/attempts`)).id);
  const isStudent = quiz.can_start !== undefined;
  if (quiz.reason === "cooldown") waitFor(quiz.next_at, signal);
  return html`<div class="stack">
    <section class="panel stack" aria-label="The quiz">
      ${facts(rules(quiz))}
      ${isStudent && html`<p role="status">${reason(quiz)}</p>`}
      ${isStudent && (open || quiz.can_start) && html`<p>${button(open ? `Go on with attempt ${open.number}` : attempts.results.length ? "Try again" : "Start", start, { class: "primary" })}</p>`}
      ${!isStudent && html`<p class="muted">Only students take it.</p>`}
    </section>
    ${isStudent && attempts.results.length > 0 && html`<section class="panel stack" aria-label="My attempts"><h2>My attempts</h2>${list(attempts, attemptRow, "")}</section>`}
  </div>`;
}

const rules = ({ question_count, passing_percent, max_attempts, attempts_left, time_limit_seconds, extra_seconds = 0, cooldown_seconds }) => [
  ["Questions", question_count],
  ["To pass", `${passing_percent} %`],
  ["Time", time_limit_seconds ? span(time_limit_seconds + extra_seconds) : "No limit"],
  ["Attempts", max_attempts ? (attempts_left === undefined ? max_attempts : `${attempts_left} of ${max_attempts} left`) : "No limit"],
  ["Pause between two attempts", cooldown_seconds > 0 && span(cooldown_seconds)],
];

const reason = ({ reason, next_at, time_limit_seconds }) => ({
  ready: time_limit_seconds && "The time begins when you start, and goes on if you leave the page.",
  open_attempt: "You have begun. Your answers are saved.",
  no_attempts_left: "You have used all your attempts.",
  cooldown: `You can try again from ${moment(next_at)}.`,
  locked: "This quiz is locked.",
  not_enough_questions: "The instructor still works on this quiz.",
  enrollment_required: "Only students of the course take it.",
})[reason];

/** Show the page anew when the next attempt may begin. */
function waitFor(time, signal) {
  const pause = Date.parse(time) - Date.now() + 1000;
  if (pause > MAX_WAIT_MS) return;
  const timer = setTimeout(refresh, Math.max(pause, 1000));
  signal.addEventListener("abort", () => clearTimeout(timer));
}

const attemptRow = (attempt) => html`<li>
  <div class="grow"><a href="?attempt=${attempt.id}">Attempt ${attempt.number}</a> <span class="muted">${moment(attempt.started_at)}</span></div>
  ${outcome(attempt)}
</li>`;

/** "75 %" with a mark, or why there is none. */
export function outcome({ status, percentage, passed }) {
  if (status === "open") return badge("Open", "off");
  if (percentage === null || percentage === undefined) return badge("Waits for its grade", "off");
  return html`<span class="row"><strong>${percentage} %</strong>${passed ? badge("✓ Passed") : badge("Not passed", "bad")}</span>`;
}

/** A submitted attempt, with what may be shown of it; `tools(question)` adds something to each question. */
export function attemptResult(attempt, noKey, tools) {
  const { number, submitted_at, submitted_by, score, max_score, questions } = attempt;
  const hasKeys = questions.some(({ key }) => key);
  return html`<section class="stack" aria-label="Result of attempt ${number}">
    <div class="panel stack">
      <div class="spread"><h2 tabindex="-1">Attempt ${number}</h2>${outcome(attempt)}</div>
      <p>${score === null || score === undefined ? tools ? "An essay waits for your grade." : "It is submitted. The score comes when the instructor has graded what you wrote." : `${score / 100} of ${points(max_score)}.`}
        <span class="muted">Submitted ${submitted_by === "clock" ? "by the clock, with what was saved," : ""} on ${moment(submitted_at)}.</span></p>
      ${!hasKeys && noKey && html`<p class="muted">${noKey}</p>`}
    </div>
    ${questions.map((question, index) => questionResult(question, index, tools))}
  </section>`;
}

function questionResult(question, index, tools) {
  const { prompt_html, points: most, response, score, correct, key, explanation, feedback } = question;
  const isGraded = score !== null && score !== undefined;
  const line = (title, content) => content && html`<div><p class="muted">${title}</p>${content}</div>`;
  return html`<section class="panel stack question" role="group" aria-label="Question ${index + 1}">
    <p class="spread"><span class="muted">Question ${index + 1}</span>
      <span class="row">${correct === true && badge("✓ Right")}${correct === false && badge(score > 0 ? "Partly right" : "Not right", "bad")}
      <span class="muted">${isGraded ? `${score / 100} of ${points(most)}` : points(most)}</span></span></p>
    <div class="prose">${raw(prompt_html)}</div>
    ${line(tools ? "Answer" : "Your answer", responseWords(question, response))}
    ${key && Object.keys(key).length > 0 && line("Right", keyWords(question, key))}
    ${explanation && line("Why", html`<div class="prose">${raw(explanation)}</div>`)}
    ${feedback && line("Feedback", html`<p class="comment">${feedback}</p>`)}
    ${tools?.(question)}
  </section>`;
}

