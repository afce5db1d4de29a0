import { multipart } from "./files.js";
import { field, form } from "./form.js";
import { guarded } from "./notice.js";
import { html } from "../html.js";

/** Choose a picture, see it, then save it: `put(body)` sends it as `name`, `remove()` takes the present one away. */
export function pictureForm({ name, shown, put, remove }) {
  const place = html`<div class="preview">${shown}</div>`;
  const preview = ({ target }) => {
    const [file] = target.files;
    if (file) place.replaceChildren(html`<img class=${shown.className} src=${URL.createObjectURL(file)} alt="The picture you chose">`);
  };
  const choose = field({ label: "New picture", name, type: "file", hint: "JPEG, PNG or WebP, at most 5 MB.", accept: "image/jpeg,image/png,image/webp", required: true, onchange: preview });
  return form({
    class: "form",
    fields: [place, choose],
    submit: "Save picture",
    send: (values) => put(multipart({ [name]: values[name] ?? "" })),
    aside: remove && html`<button class="quiet" type="button" onclick=${guarded(remove)}>Remove picture</button>`,
  });
}
