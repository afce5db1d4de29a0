// Calls of the API: cookies, CSRF token, renewal of the session, errors. Everything else asks through here.

const { protocol, hostname, port, origin } = location;
const named = document.querySelector('meta[name="api"]')?.content;
export const SITE = named || (port ? `${protocol}//${hostname}:${port - 4}` : origin); // the demo; behind a proxy
const BASE = `${SITE}/api/v1`;
let csrfToken = null; // the cookie of another origin cannot be read: the API gives the token in its answers
let accessEnds = Infinity; // milliseconds, to renew in time; if unknown, a 401 shows the end
let renewal = null; // the renewal that is under way, shared by every request that waits for it
const RENEWABLE = new Set(["token_expired", "csrf_failed"]); // csrf_failed: another tab has signed in or out
const SIGNED_OUT = new Set(["session_revoked", "invalid_token", "not_authenticated"]);

export const api = {
  get: (path, query, options) => request("GET", path + toQuery(query), options),
  post: (path, body, options) => request("POST", path, { body, ...options }),
  put: (path, body, options) => request("PUT", path, { body, ...options }),
  patch: (path, body, options) => request("PATCH", path, { body, ...options }),
  del: (path, body, options) => request("DELETE", path, { body, ...options }),
  /** Get the next page of a list by the `next` of the one before. */
  page: (url, options) => request("GET", url, options),
  /** Get {user, csrf_token, access_expires_at}, renewed if its access token has ended; `user` is null for a visitor. */
  session: () => request("GET", "/auth/session", {}, false),
};

/** What the API refused, or could not do. `errors` are all of it; `code` and `params` are those of the first. */
export class ApiError extends Error {
  constructor(status, errors, headers) {
    super(errors.map((error) => error.detail).join(" "));
    this.status = status;
    this.errors = errors; // [{code, detail, attr, params?}]
    this.code = errors[0]?.code;
    this.params = errors[0]?.params;
    this.requestId = headers?.get("X-Request-ID");
    this.retryAfter = Number(headers?.get("Retry-After")) || null; // seconds
    this.mayPass = status === 0 || status === 429 || status >= 500; // the same request may succeed a little later
  }
}

function renew() {
  const ended = () => (renewal = null);
  return (renewal ??= api.session().then(({ user }) => user ?? signedOut()).finally(ended));
}

async function request(method, path, options = {}, mayRenew = true) {
  if (mayRenew && accessEnds < Date.now()) await renew();
  const response = await send(method, path, options);
  if (response.ok) return keepTokens(await read(response));
  const error = await toError(response);
  if (mayRenew && RENEWABLE.has(error.code)) {
    await renew();
    return request(method, path, options, false);
  }
  if (error.status === 401 && SIGNED_OUT.has(error.code)) signedOut();
  throw error;
}

async function send(method, path, { body, signal, keepalive }) {
  const headers = { Accept: "application/json" };
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers["Content-Type"] = "application/json";
  if (method !== "GET" && csrfToken) headers["X-CSRFToken"] = csrfToken;
  const url = path.startsWith("http") ? path : BASE + path;
  const content = isForm || body === undefined ? body : JSON.stringify(body);
  try {
    return await fetch(url, { method, headers, body: content, credentials: "include", signal, keepalive });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, [{ code: "network", detail: "The server cannot be reached. Check your connection." }]);
  }
}

async function read(response) {
  if (response.status === 204) return null;
  return response.headers.get("Content-Type")?.includes("json") ? response.json() : response.blob();
}

/** Sign-in, sign-up and GET /auth/session give a new CSRF token, and the time when the access token ends. */
function keepTokens(answer) {
  if (!answer?.csrf_token) return answer;
  csrfToken = answer.csrf_token;
  const ends = Date.parse(answer.access_expires_at);
  accessEnds = ends > Date.now() ? ends : Infinity; // a clock that is fast by more than the token's life does not help
  return answer;
}

async function toError(response) {
  const answer = await response.json().catch(() => null); // a proxy may answer HTML
  const unavailable = { code: "unavailable", detail: "The server is not available at the moment." };
  return new ApiError(response.status, answer?.errors ?? [unavailable], response.headers);
}

function signedOut() {
  accessEnds = Infinity;
  window.dispatchEvent(new Event("signed-out"));
}

/** Return "?a=1&b=2" without what is empty. */
export function toQuery(query = {}) {
  const filled = Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return filled.length ? `?${new URLSearchParams(filled)}`.replaceAll("%2C", ",") : ""; // several values of a filter stay readable
}
