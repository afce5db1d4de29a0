// The video or file of a lecture: what it has, how far Cloudinary is with it, another one in its place. And its captions:
// they are small, so POST /media/captions sends them through the API, which reads them line by line.

import { api } from "../api.js";
import { multipart } from "./files.js";
import { field, form } from "./form.js";
import { bytes, duration, languageName } from "./format.js";
import { guarded, notice, showError } from "./notice.js";
import { panel } from "./panel.js";
import { uploader, watchAsset } from "./uploader.js";
import { html } from "../html.js";

export function mediaPanel(lecture, asset, limits, signal) {
  const noun = lecture.kind === "video" ? "Video" : "File";
  return panel(noun, (again) => {
    async function attach(changed) {
      try {
        await api.patch(`/lectures/${lecture.id}`, { asset: changed.id });
        notice(`The ${lecture.kind} is uploaded.`);
        asset = changed;
        again();
      } catch (error) {
        showError(error, () => attach(changed));
      }
    }
    const shown = html`<div role="status">${asset && state(asset)}</div>`;
    if (asset) watchAsset(asset, signal, (changed) => shown.replaceChildren(state(changed)));
    const label = asset ? `Replace the ${lecture.kind}` : `Upload a ${lecture.kind}`;
    return html`${shown}${uploader({ label, kind: lecture.kind, limits, signal, onDone: attach })}`;
  });
}

const STATES = { pending: ["Uploading", "off"], uploading: ["Uploading", "off"], processing: ["Processing", "off"], ready: ["Ready", ""], failed: ["Failed", "bad"] };

function state({ original_name, status, failure_detail, bytes: size, duration_seconds }) {
  const [words, kind] = STATES[status];
  const facts = [size && bytes(size), duration_seconds && duration(duration_seconds)].filter(Boolean).join(" · ");
  return html`<p><strong>${original_name}</strong> <span class="badge ${kind}">${words}</span> <span class="muted">${facts}</span></p>
    ${status === "processing" && html`<p class="muted">This takes a moment. You need not wait: the lecture has it as soon as it is ready.</p>`}
    ${status === "failed" && html`<p class="problem">${failure_detail || "This file cannot be used."} Upload another one.</p>`}`;
}

export function captionsPanel(lecture, captions, limits) {
  return panel("Captions", (again) => {
    async function change(wanted) {
      await api.patch(`/lectures/${lecture.id}`, { captions: wanted.map((each) => each.id) });
      captions = wanted;
      again();
    }
    async function add({ file, language }) {
      const added = await api.post("/media/captions", multipart({ file: file ?? "", language }));
      await change([...captions, added]);
      notice("The captions are added.");
    }
    const fields = [
      field({ label: "Captions file", name: "file", type: "file", accept: ".vtt", hint: `WebVTT, at most ${bytes(limits.max_bytes)}.` }),
      field({ label: "Language", name: "language", maxlength: 35, hint: "A code, like en or pt-BR. Empty: the one in the file's name, like intro.en.vtt." }),
    ];
    const remove = (one) => guarded(() => change(captions.filter((each) => each !== one)));
    return html`${captions.length > 0 && html`<ul class="plain rows">${captions.map((each) => captionsRow(each, remove(each)))}</ul>`}
      ${form({ class: "form", fields, submit: "Add captions", send: add })}`;
  });
}

function captionsRow({ original_name, language }, remove) {
  const name = language ? languageName(language) : "No language";
  return html`<li><div class="grow"><strong>${name}</strong> <span class="muted">${original_name}</span></div>
    <button type="button" aria-label="Remove the captions ${original_name}" onclick=${remove}>Remove</button></li>`;
}
