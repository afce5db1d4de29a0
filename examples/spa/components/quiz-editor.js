// A quiz as its owner sees it: which questions it asks, and by what rules. Every change sends the whole quiz.
import { api, ask, button, field, form, html, notice, panel, plural, points, raw } from "../kit.js";
import { askQuestion } from "./question-form.js";
import { QUESTION_KINDS } from "./responses.js";

const NEW = { items: [], passing_percent: 50, max_attempts: null, time_limit_seconds: null, cooldown_seconds: 0, shuffle: false, show_key: "after_attempt", counts: "best" };
const SHOW_KEY = { after_attempt: "After each attempt", after_pass: "Once passed", after_last: "After the last attempt", never: "Never" };
const COUNTS = { best: "The best attempt", last: "The last attempt" };

export async function quizPanel({ id }, get) {
  const url = `/lectures/${id}/quiz`;
  const isNew = (error) => (error.status === 404 ? { ...NEW } : Promise.reject(error));
  let [quiz, { results: bank }] = await Promise.all([get(url).catch(isNew), get("/questions", { page_size: 100, retired: false })]);
  const questions = new Map(bank.map((question) => [question.id, question]));
  const missing = quiz.items.map(({ question }) => question).filter((one) => one && !questions.has(one));
  for (const question of await Promise.all(missing.map((one) => get(`/questions/${one}`)))) questions.set(question.id, question);

  /** Changes wait for one another: each is one of the quiz that the one before has left. */
  let last = Promise.resolve();
  function save(change) {
    const whole = () => Object.fromEntries(Object.keys(NEW).map((name) => [name, quiz[name]]));
    const send = async () => (quiz = await api.put(url, { ...whole(), ...change(quiz) }));
    return (last = last.then(send, send));
  }
  return [
    panel("Questions", (again) => itemList({ quiz, questions, save: async (change) => (await save(({ items }) => ({ items: change(items) })), again()) })),
    panel("Rules", () => rulesForm(quiz, (rules) => save(() => rules))),
  ];
}

function itemList({ quiz: { items, problems = [] }, questions, save }) {
  const used = new Set(items.map(({ question }) => question));
  async function create() {
    const question = await askQuestion();
    if (!question) return;
    questions.set(question.id, question);
    await save((now) => [...now, { question: question.id }]);
  }
  async function choose() {
    const free = [...questions.values()].filter(({ id }) => !used.has(id));
    const fields = free.length ? free.map((one) => field({ label: words(one), name: one.id, type: "checkbox" })) : html`<p>Every question you have is in the quiz.</p>`;
    const send = (ticks) => save((now) => [...now, ...free.filter(({ id }) => ticks[id]).map(({ id }) => ({ question: id }))]);
    await ask("Add from my questions", { fields, submit: "Add", send });
  }
  async function draw() {
    const fields = [
      field({ label: "Tags", name: "tags", required: true, hint: "With commas between them: a question has all of them." }),
      field({ label: "How many", name: "count", value: "1", inputmode: "numeric" }),
    ];
    const send = ({ tags, count }) => save((now) => [...now, { draw: { tags: tags.split(",").map((tag) => tag.trim()).filter(Boolean), count: Number(count) } }]);
    await ask("Draw by tags", { intro: html`<p>Each attempt draws other questions of yours that have these tags.</p>`, fields, submit: "Add", send });
  }
  async function edit(id) {
    const changed = await askQuestion(await api.get(`/questions/${id}`));
    if (!changed) return;
    questions.set(id, changed);
    await save((now) => now);
  }
  const row = (item, index) => {
    const question = questions.get(item.question);
    const name = question ? words(question) : `${plural(item.draw.count, "question")} drawn by ${item.draw.tags.join(", ")}`;
    const isThis = (one) => JSON.stringify(one) === JSON.stringify(item);
    const swap = (now, from, to) => (now[from] && now[to] ? now.with(from, now[to]).with(to, now[from]) : now);
    const move = (by) => save((now) => swap(now, now.findIndex(isThis), now.findIndex(isThis) + by));
    const tool = (sign, label, act) => button(sign, act, { class: "quiet", title: `${label} ${name}`, "aria-label": `${label} ${name}`, disabled: !act });
    return html`<li><div class="grow">${name}<p class="muted">${question && `${QUESTION_KINDS[question.kind]} · ${points(question.points)}`}</p></div>
      <div class="tools">${tool("↑", "Move up", index > 0 && (() => move(-1)))}${tool("↓", "Move down", index < items.length - 1 && (() => move(1)))}
        ${question && tool("Edit", "Edit", () => edit(question.id))}${tool("Remove", "Remove", () => save((now) => now.filter((_, at) => at !== now.findIndex(isThis))))}</div></li>`;
  };
  return html`${problems.length > 0 && html`<div class="missing" role="note">${problems.map(({ detail }) => html`<p>${detail}</p>`)}</div>`}
    ${items.length ? html`<ol class="plain rows">${items.map(row)}</ol>` : html`<p class="muted">No questions yet.</p>`}
    <p class="actions">${button("New question", create, { class: "primary" })}${button("Add from my questions", choose)}${button("Draw by tags", draw)}</p>`;
}

/** A question in one line. */
function words({ prompt_html }) {
  const text = raw(prompt_html).textContent.trim();
  return text.length > 90 ? `${text.slice(0, 90)} …` : text;
}

function rulesForm({ passing_percent, max_attempts, time_limit_seconds, cooldown_seconds, shuffle, show_key, counts }, save) {
  const number = (label, name, value, hint) => field({ label, name, value: value ?? "", inputmode: "decimal", hint });
  const fields = [
    html`<div class="columns">
      ${number("Percent to pass", "passing_percent", passing_percent, "1 to 100.")}
      ${number("Attempts", "max_attempts", max_attempts, "Empty: no limit.")}
      ${number("Minutes", "time_limit_seconds", time_limit_seconds && time_limit_seconds / 60, "Empty: no limit.")}
      ${number("Minutes between two attempts", "cooldown_seconds", cooldown_seconds / 60)}
    </div>`,
    html`<div class="columns">
      ${field({ label: "The right answers are shown", name: "show_key", value: show_key, options: Object.entries(SHOW_KEY) })}
      ${field({ label: "What counts", name: "counts", value: counts, options: Object.entries(COUNTS) })}
    </div>`,
    field({ label: "Shuffle the questions", name: "shuffle", type: "checkbox", value: shuffle }),
  ];
  const seconds = (minutes) => Math.round(Number(minutes.replace(",", ".")) * 60);
  const send = async ({ time_limit_seconds: limit, cooldown_seconds: pause, max_attempts: most, ...rest }) => {
    await save({ ...rest, max_attempts: most || null, time_limit_seconds: limit ? seconds(limit) : null, cooldown_seconds: seconds(pause || "0") });
    notice("The rules are saved. Attempts that have begun keep theirs.");
  };
  return form({ fields, submit: "Save rules", send });
}
