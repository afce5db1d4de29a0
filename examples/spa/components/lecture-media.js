// The video or file of a lecture: what it has, how far Cloudinary is with it, and another one in its place.

import { api } from "../api.js";
import { html } from "../html.js";
import { bytes, duration } from "./format.js";
import { notice, showError } from "./notice.js";
import { panel } from "./panel.js";
import { uploader, watchAsset } from "./uploader.js";

export function mediaPanel(lecture, asset, limits, signal) {
  const noun = lecture.kind === "video" ? "Video" : "File";
  return panel(noun, (again) => {
    const take = (changed) => ((asset = changed), again());
    async function attach(changed) {
      try {
        await api.patch(`/lectures/${lecture.id}`, { asset: changed.id });
        notice(`The ${lecture.kind} is uploaded.`);
        take(changed);
      } catch (error) {
        showError(error, () => attach(changed));
      }
    }
    if (asset) watchAsset(asset, signal, (changed) => changed.status !== asset.status && take(changed));
    const label = asset ? `Replace the ${lecture.kind}` : `Upload a ${lecture.kind}`;
    return html`${asset && state(asset)}${uploader({ label, kind: lecture.kind, limits, signal, onDone: attach })}`;
  });
}

const STATES = { pending: ["Uploading", "off"], uploading: ["Uploading", "off"], processing: ["Processing", "off"], ready: ["Ready", ""], failed: ["Failed", "bad"] };

function state({ original_name, status, failure_detail, bytes: size, duration_seconds }) {
  const [words, kind] = STATES[status];
  const facts = [size && bytes(size), duration_seconds && duration(duration_seconds)].filter(Boolean).join(" · ");
  return html`<p role="status"><strong>${original_name}</strong> <span class="badge ${kind}">${words}</span> <span class="muted">${facts}</span></p>
    ${status === "processing" && html`<p class="muted">This takes a moment. You need not wait: the lecture has it as soon as it is ready.</p>`}
    ${status === "failed" && html`<p class="problem">${failure_detail || "This file cannot be used."} Upload another one.</p>`}`;
}
