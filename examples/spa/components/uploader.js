// The choice of a file, its way to Cloudinary with progress, and what becomes of it there.
import { api, bytes, explain, field, html, prepareUpload, showError } from "../kit.js";

const POLL_MS = 2000;
const warn = (event) => event.preventDefault(); // the browser asks before the tab is closed

/** `limits` are those of GET /media/limits for the kind; `onDone(asset)` is called once the file is there. */
export function uploader({ label, kind, limits, signal, onDone }) {
  const box = html`<div class="stack"></div>`;
  const choose = () => {
    const hint = `${limits.formats.join(", ")}; at most ${bytes(limits.max_bytes)}.`;
    const accept = limits.formats.map((each) => `.${each}`).join(",");
    box.replaceChildren(field({ label, name: "file", type: "file", hint, accept, onchange: ({ target }) => begin(target.files[0]) }));
  };

  function begin(file) {
    if (!file) return;
    const upload = prepareUpload(kind, file);
    const bar = html`<progress max=${file.size} aria-label="Upload of ${file.name}"></progress>`;
    const state = html`<p class="muted"></p>`;
    const problem = html`<p class="problem" role="alert"></p>`;
    const resume = html`<button class="primary" type="button" onclick=${run}>Resume</button>`;
    const cancel = html`<button type="button" onclick=${stop}>Cancel the upload</button>`;
    let running;

    async function run() {
      running = new AbortController();
      resume.hidden = true;
      problem.textContent = "";
      addEventListener("beforeunload", warn);
      try {
        onDone(await upload.run({ onProgress, signal: AbortSignal.any([signal, running.signal]) }));
      } catch (error) {
        if (error.name === "AbortError") return;
        problem.textContent = explain(error);
        resume.hidden = !error.mayPass; // the file itself is refused
        (resume.hidden ? cancel : resume).focus();
      } finally {
        removeEventListener("beforeunload", warn);
      }
    }
    function onProgress(sent) {
      bar.value = sent;
      state.textContent = `${Math.floor((100 * sent) / file.size)} %: ${bytes(sent)} of ${bytes(file.size)}`;
    }
    async function stop() {
      running.abort();
      choose();
      box.querySelector("input").focus();
      await upload.discard()?.catch(showError);
    }
    box.replaceChildren(html`<p><strong>${file.name}</strong></p>${bar}${state}${problem}<div class="actions">${resume}${cancel}</div>`);
    cancel.focus();
    run();
  }
  choose();
  return box;
}

/** Ask for an asset until it is ready or failed; call `onChange(asset)` then. */
export async function watchAsset(asset, signal, onChange) {
  while (!["ready", "failed"].includes(asset.status)) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    if (signal.aborted) return;
    asset = await api.get(`/media/assets/${asset.id}`, {}, { signal }).catch(() => asset); // asked again soon
  }
  onChange(asset);
}
