// Files from the API to the disk, and the other way.

/** Let the browser save a Blob, or anything as JSON, under a name. */
export function save(content, name) {
  const isBlob = content instanceof Blob;
  const blob = isBlob ? content : new Blob([JSON.stringify(content, null, 2)], { type: "application/json" });
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000); // the browser has begun to save it
}

/** Return the values as the body of a multipart request. */
export function multipart(values) {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.append(name, value);
  return data;
}
