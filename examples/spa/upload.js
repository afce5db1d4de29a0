// A file straight from the browser to Cloudinary, in parts: a ticket of ours, the parts, then "it is there".
import { api, ApiError } from "./api.js";

/** Return `run({onProgress, signal})`: it resolves to the asset. Called again, it goes on with the part that failed. */
export function prepareUpload(kind, file) {
  let ticket, sent, answer;
  const isOver = () => !ticket || Date.now() > new Date(ticket.upload.expires_at);

  async function run({ onProgress, signal }) {
    if (isOver()) {
      ticket = await api.post("/media/uploads", { kind, filename: file.name, size_bytes: file.size }, { signal });
      ticket.id = crypto.randomUUID();
      sent = 0;
    }
    const { asset, upload, id } = ticket;
    while (sent < file.size) {
      const part = file.slice(sent, sent + upload.chunk_bytes);
      const headers = { "X-Unique-Upload-Id": id, "Content-Range": `bytes ${sent}-${sent + part.size - 1}/${file.size}` };
      answer = await sendPart({ upload, part, name: file.name, headers, signal, onProgress: (bytes) => onProgress(sent + bytes) });
      sent += part.size;
      onProgress(sent);
    }
    const { public_id, version, signature } = answer; // of the last part
    return api.post(`/media/uploads/${asset.id}/complete`, { public_id, version, signature }, { signal });
  }

  const discard = () => ticket && api.del(`/media/assets/${ticket.asset.id}`);
  return { run, discard };
}

/** POST one part and resolve to Cloudinary's answer. XMLHttpRequest, because fetch does not report what it has sent. */
function sendPart({ upload, part, name, headers, signal, onProgress }) {
  const body = new FormData();
  for (const [key, value] of Object.entries(upload.fields)) body.append(key, value);
  body.append("file", part, name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const refuse = (detail) => reject(new ApiError(request.status, [{ code: "upload", detail }]));
    request.open("POST", upload.url);
    for (const [key, value] of Object.entries(headers)) request.setRequestHeader(key, value);
    request.responseType = "json";
    request.upload.onprogress = (event) => onProgress(Math.min(event.loaded, part.size));
    request.onload = () => (request.status === 200 ? resolve(request.response) : refuse(request.response?.error?.message ?? "The upload was interrupted."));
    request.onerror = () => refuse("The connection was lost.");
    request.onabort = () => reject(new DOMException("The upload was cancelled.", "AbortError"));
    signal.addEventListener("abort", () => request.abort()); // does nothing to one that has ended
    request.send(body);
  });
}
