// The page of the API: shows its document, signs in with cookies, and sends the CSRF token with what is tried.

const api = "/api/v1";
const state = document.querySelector("#signed-in");
const signOut = document.querySelector("#sign-out");
const dark = matchMedia("(prefers-color-scheme: dark)");

async function readSession() {
  return (await fetch(`${api}/auth/session`)).json();
}

async function showSession() {
  const { user } = await readSession();
  state.textContent = user ? `Signed in as ${user.name} (${user.email}).` : "Nobody is signed in.";
  signOut.hidden = !user;
}

async function send(path, body) {
  const { csrf_token } = await readSession();
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf_token };
  const answer = await fetch(api + path, { method: "POST", headers, body: JSON.stringify(body) });
  await showSession();
  if (!answer.ok) state.textContent = (await answer.json()).errors[0].detail;
}

async function addToken(request) {
  const isUnsafe = !["GET", "HEAD", "OPTIONS", undefined].includes(request.method);
  if (isUnsafe && new URL(request.url, location).origin === location.origin) {
    request.headers["X-CSRFToken"] = (await readSession()).csrf_token;
  }
  return request;
}

function followSignIn(response) {
  if (response.url.includes("/auth/") && !response.url.endsWith("/auth/session")) showSession();
  return response;
}

function followScheme() {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
}

for (const button of document.querySelectorAll("[data-email]")) {
  const { email, password } = button.dataset;
  button.addEventListener("click", () => send("/auth/signin", { email, password }));
}
signOut.addEventListener("click", () => send("/auth/signout", {}));
dark.addEventListener("change", followScheme);
followScheme();
showSession();

const element = document.querySelector("#swagger-ui");
SwaggerUIBundle({
  url: element.dataset.schema,
  domNode: element,
  deepLinking: true,
  docExpansion: "none", // with more than 138 operations open, Swagger UI 5.33 shows a few of them only
  displayOperationId: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null, // no badge of another site
  requestInterceptor: addToken,
  responseInterceptor: followSignIn,
});
