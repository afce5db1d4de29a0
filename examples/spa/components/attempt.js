// An attempt that is open: a countdown by the server's clock, answers that are saved one by one, and its end.
import { api, button, clock, confirm, explain, html, plural, points, raw, showError } from "../kit.js";
import { responseControls } from "./responses.js";

const TYPING_MS = 1500; // a text is saved after this pause
const RETRY_S = 3;
const warn = (event) => event.preventDefault(); // the browser asks before the tab is closed
const WARNINGS = [300, 60]; // seconds that are left when it is said aloud

/** `onEnd()` is called once the attempt is submitted, by the student here or elsewhere, or by the clock. */
export function attemptForm(attempt, { signal, onEnd }) {
  const url = `/attempts/${attempt.id}`;
  let isOver = false;
  function end() {
    if (isOver) return;
    isOver = true;
    for (const { saver } of questions) saver.forget();
    onEnd();
  }
  const count = html`<span class="muted" aria-live="polite"></span>`;
  const questions = attempt.questions.map((question, index) => questionBox(question, index, { url, onSave: showCount, onClosed: end, signal }));
  const isAnswered = ({ response }) => response !== null;
  function showCount() {
    const done = questions.filter(({ question }) => isAnswered(question)).length;
    count.textContent = `${done} of ${plural(questions.length, "question")} answered`;
  }

  async function submit() {
    const taken = await Promise.all(questions.map(async (one) => ({ ...one, change: await one.saver.take() })));
    if (isOver) return;
    const unsaved = taken.filter(({ change }) => change);
    const responses = Object.fromEntries(unsaved.map(({ question, change }) => [question.id, change.response]));
    try {
      await api.post(`${url}/submit`, { responses });
    } catch (error) {
      if (error.code !== "attempt_closed") {
        for (const { saver, change } of unsaved) saver.change(change.response, 0);
        throw error;
      }
    }
    end();
  }
  async function ask() {
    const open = questions.filter(({ question }) => !isAnswered(question)).length;
    const text = open ? `${plural(open, "question has", "questions have")} no answer. Afterwards you cannot change anything.` : "Afterwards you cannot change anything.";
    if (await confirm({ title: "Submit your answers?", text, action: "Submit" })) await submit();
  }
  /** What another tab or the clock has done meanwhile. */
  async function look() {
    if (document.hidden || isOver) return;
    const now = await api.get(url, {}, { signal }).catch(() => null); // asked again the next time
    if (now?.status === "open") timer?.set(now);
    else if (now) end();
  }
  const timer = attempt.expires_at && countdown(attempt, signal, () => submit().catch((error) => showError(error, look)));
  document.addEventListener("visibilitychange", look, { signal });
  const stay = (event) => questions.some(({ saver }) => saver.unsaved()) && warn(event);
  window.addEventListener("beforeunload", stay, { signal });
  showCount();
  return html`<section class="stack" aria-label="Attempt ${attempt.number}">
    <div class="panel spread attempt-bar"><strong>Attempt ${attempt.number}</strong>${count}${timer?.element}</div>
    ${questions.map(({ element }) => element)}
    <p class="actions">${button("Submit", ask, { class: "primary" })}</p>
  </section>`;
}

/** How long is left by the server's clock: that of the device may be wrong. */
function countdown(attempt, signal, onZero) {
  let left, asOf, interval;
  const shown = html`<span></span>`;
  const aloud = html`<span class="hidden" role="status"></span>`;
  const element = html`<strong class="timer" role="timer">${shown} left${aloud}</strong>`;
  function set({ expires_at, server_time }) {
    left = (Date.parse(expires_at) - Date.parse(server_time)) / 1000;
    asOf = Date.now();
    clearInterval(interval);
    interval = setInterval(show, 1000);
    show();
  }
  function show() {
    const seconds = Math.max(0, Math.ceil(left - (Date.now() - asOf) / 1000));
    shown.textContent = clock(seconds);
    element.classList.toggle("bad", seconds <= WARNINGS.at(-1));
    if (WARNINGS.includes(seconds)) aloud.textContent = `: ${plural(seconds / 60, "minute")}`;
    if (seconds > 0) return;
    clearInterval(interval);
    onZero();
  }
  set(attempt);
  signal.addEventListener("abort", () => clearInterval(interval));
  return { element, set };
}

function questionBox(question, index, { url, onSave, onClosed, signal }) {
  const state = html`<p class="muted" role="status">${question.response !== null && "Saved"}</p>`;
  const tell = (words, isProblem = false) => {
    state.className = isProblem ? "problem" : "muted";
    state.textContent = words;
  };
  const saver = makeSaver(`${url}/responses/${question.id}`, { tell, onClosed, signal });
  function change(response, isText) {
    question.response = response;
    saver.change(response, isText ? TYPING_MS : 0);
    onSave();
  }
  const element = html`<section class="panel stack question" role="group" aria-labelledby="prompt-${question.id}">
    <p class="spread muted"><span>Question ${index + 1}</span><span>${points(question.points)}</span></p>
    <div class="prose" id="prompt-${question.id}">${raw(question.prompt_html)}</div>
    ${responseControls(question, change)}
    ${state}
  </section>`;
  return { question, element, saver };
}

/** Save the last response of one question: one request at a time, and again after a failure. */
function makeSaver(url, { tell, onClosed, signal }) {
  let unsaved, timer, running;
  function send(options) {
    clearTimeout(timer);
    if (!running && unsaved) running = put(unsaved, options).finally(() => (running = undefined));
    return running;
  }
  async function put(sent, options) {
    tell("Saving …");
    try {
      await api.put(url, sent, options);
      tell("Saved");
      if (unsaved === sent) unsaved = undefined;
      else if (unsaved) later(0);
    } catch (error) {
      if (error.code === "attempt_closed") return onClosed();
      tell(error.mayPass ? "Not saved yet: the server cannot be reached. It is tried again." : explain(error), true);
      if (error.mayPass) later((error.retryAfter ?? RETRY_S) * 1000);
      else if (unsaved === sent) unsaved = undefined; // refused: the same again would be too
    }
  }
  function later(pause) {
    clearTimeout(timer);
    timer = setTimeout(send, pause);
  }
  function change(response, pause) {
    unsaved = { response };
    tell("");
    if (pause) later(pause);
    else send();
  }
  /** Wait for the request that is under way, and hand over what is not saved. */
  async function take() {
    clearTimeout(timer);
    await running;
    clearTimeout(timer); // of a repetition
    const taken = unsaved;
    unsaved = undefined;
    return taken;
  }
  signal.addEventListener("abort", () => send({ keepalive: true })); // somebody goes to another page before the pause is over
  return { change, take, unsaved: () => unsaved, forget: () => (unsaved = undefined) };
}
