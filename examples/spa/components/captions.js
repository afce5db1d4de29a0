// Captions are small: POST /media/captions sends them through the API, which reads them line by line.

import { api } from "../api.js";
import { html } from "../html.js";
import { multipart } from "./files.js";
import { field, form } from "./form.js";
import { bytes, languageName } from "./format.js";
import { guarded, notice } from "./notice.js";
import { panel } from "./panel.js";

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
    const remove = (one) => guarded(() => change(captions.filter((each) => each !== one)));
    return html`${captions.length > 0 && html`<ul class="plain rows">${captions.map((each) => row(each, remove(each)))}</ul>`}
      ${form({
        class: "form",
        fields: [
          field({ label: "Captions file", name: "file", type: "file", accept: ".vtt", hint: `WebVTT, at most ${bytes(limits.max_bytes)}.` }),
          field({ label: "Language", name: "language", maxlength: 35, hint: "A code, like en or pt-BR. Empty: the one in the file's name, like intro.en.vtt." }),
        ],
        submit: "Add captions",
        send: add,
      })}`;
  });
}

function row({ original_name, language }, remove) {
  const name = language ? languageName(language) : "No language";
  return html`<li><div class="grow"><strong>${name}</strong> <span class="muted">${original_name}</span></div>
    <button type="button" aria-label="Remove the captions ${original_name}" onclick=${remove}>Remove</button></li>`;
}
