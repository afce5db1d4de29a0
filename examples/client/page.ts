// Thirty operations, typed, in the order that a shop calls them. `make client` makes the types from docs/openapi.yaml.
import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./generated/api";

type ErrorResponse = components["schemas"]["ErrorResponse"];
type CourseCard = components["schemas"]["CourseCard"];

const api = createClient<paths>({ baseUrl: "http://localhost:8000", credentials: "include" });

// --- Cookies: send the CSRF token, and refresh once when access has ended ------------------------------------------

let csrf = "";

const cookies: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET") request.headers.set("X-CSRFToken", csrf);
  },
};
api.use(cookies);

/** Return who is signed in, or null. It renews a session whose access has ended, and never answers 401. */
export async function start() {
  const { data } = await api.GET("/api/v1/auth/session");
  csrf = data?.csrf_token ?? "";
  return data?.user ?? null;
}

/** Return the sentences of an error by field, for the form that was sent. */
export function byField(error: ErrorResponse): Record<string, string> {
  return Object.fromEntries(error.errors.map(({ attr, detail }) => [attr ?? "", detail]));
}

// --- Visitors ------------------------------------------------------------------------------------------------------

export async function browse(search: string): Promise<CourseCard[]> {
  const query = { search, ordering: "-rating", page_size: 12 } as const;
  const { data } = await api.GET("/api/v1/courses", { params: { query } });
  return data?.results ?? [];
}

/** Return the `srcset` of a course's picture: its URI template with each of the widths. */
export function srcset({ thumbnail_srcset: sizes }: CourseCard) {
  return sizes?.widths.map((width) => `${sizes.base.replace("{width}", `${width}`)} ${width}w`).join(", ");
}

export async function readCourse(slug: string) {
  const path = { course: slug };
  const { data: course, response } = await api.GET("/api/v1/courses/{course}", { params: { path } });
  if (!course) return response.status === 404 ? "There is no such course." : "Try again later.";
  const { data: reviews } = await api.GET("/api/v1/courses/{course}/reviews", { params: { path } });
  const { data: teacher } = await api.GET("/api/v1/instructors/{id}", {
    params: { path: { id: course.instructor.id } },
  });
  return { course, teacher, reviews: reviews?.results ?? [] };
}

export async function listCategories() {
  return (await api.GET("/api/v1/categories")).data?.results ?? [];
}

// --- Signing up and in ---------------------------------------------------------------------------------------------

export async function signUp(name: string, email: string, password: string) {
  const { data, error } = await api.POST("/api/v1/auth/signup", { body: { name, email, password } });
  if (error) return byField(error); // { email: "An account with this e-mail address already exists." }
  csrf = data.csrf_token;
  return data;
}

/** Sign in; with a second factor `askCode` asks the person for a code of their app. */
export async function signIn(email: string, password: string, askCode: () => Promise<string>) {
  const { data, error } = await api.POST("/api/v1/auth/signin", { body: { email, password } });
  if (error) return byField(error);
  if (!("challenge" in data)) {
    csrf = data.csrf_token;
    return data;
  }
  const body = { challenge: data.challenge, code: await askCode() };
  const second = await api.POST("/api/v1/auth/signin/second-factor", { body });
  if (second.error) return byField(second.error);
  csrf = second.data.csrf_token;
  return second.data;
}

export async function verifyEmail(token: string) {
  return (await api.POST("/api/v1/auth/verify-email", { body: { token } })).error === undefined;
}

export async function forgotPassword(email: string) {
  await api.POST("/api/v1/auth/password/forgot", { body: { email } });
}

export async function signOut() {
  await api.POST("/api/v1/auth/signout");
}

// --- Account -------------------------------------------------------------------------------------------------------

export async function saveProfile(headline: string, picture?: File) {
  const { data, error } = await api.PATCH("/api/v1/users/me", { body: { headline } });
  if (error) return byField(error);
  if (!picture) return data;
  const form = new FormData();
  form.set("avatar", picture);
  // A type of TypeScript cannot say "file" for every platform: the form is built by hand.
  const body = { avatar: "" };
  const sent = await api.PUT("/api/v1/users/me/avatar", { body, bodySerializer: () => form });
  return sent.data ?? byField(sent.error);
}

// --- Buying --------------------------------------------------------------------------------------------------------

export async function quote(course: string, coupon: string) {
  const { data, error } = await api.POST("/api/v1/payments/quote", { body: { course, coupon } });
  return data ?? byField(error); // { coupon: "This coupon has expired." }
}

/** Lead the person to the page of payment. What costs nothing is theirs at once. */
export async function buy(course: string, coupon?: string) {
  const { data, error } = await api.POST("/api/v1/payments/checkout", { body: { course, coupon } });
  if (data?.checkout_url) location.assign(data.checkout_url);
  if (!error) return "bought";
  switch (error.errors[0]?.code) {
    case "already_enrolled":
      return "bought";
    case "payment_provider_unavailable":
      return "Try again in a moment.";
    default:
      return error.errors[0]?.detail;
  }
}

/** For the page that Stripe leads back to: the order as Stripe knows it. */
export async function afterPayment(order: string) {
  const path = { id: order };
  const { data } = await api.POST("/api/v1/payments/orders/{id}/sync", { params: { path } });
  return data?.status === "paid";
}

export async function enroll(course: string) {
  return (await api.POST("/api/v1/courses/{course}/enroll", { params: { path: { course } } })).data;
}

export async function listOrders() {
  return (await api.GET("/api/v1/payments/orders")).data?.results ?? [];
}

export async function askForRefund(id: string, reason: string) {
  const path = { id };
  const { error } = await api.POST("/api/v1/payments/orders/{id}/refund", { params: { path }, body: { reason } });
  return error ? error.errors[0]?.detail : "Your money is on its way.";
}

// --- Learning ------------------------------------------------------------------------------------------------------

export async function myCourses() {
  return (await api.GET("/api/v1/enrollments")).data?.results ?? [];
}

export async function openPlayer(course: string, lecture: string, video: HTMLVideoElement) {
  const path = { course };
  const { data: outline } = await api.GET("/api/v1/courses/{course}/lectures", { params: { path } });
  const { data: playback, error } = await api.POST("/api/v1/lectures/{id}/playback", {
    params: { path: { id: lecture } },
  });
  if (error) return byField(error); // 403 enrollment_required: show the price instead
  video.src = playback.url;
  video.poster = playback.poster ?? "";
  for (const { label, language, url } of playback.captions) {
    const track = Object.assign(document.createElement("track"), { kind: "subtitles", label, src: url });
    track.srclang = language ?? "";
    video.append(track);
  }
  return outline;
}

export async function savePosition(course: string, lecture: string, seconds: number) {
  const { data } = await api.PATCH("/api/v1/courses/{course}/progress/lectures/{lecture}", {
    params: { path: { course, lecture } },
    body: { position_seconds: seconds, watched: [[0, seconds]] },
  });
  return data?.percentage;
}

export async function review(course: string, rating: number, comment: string) {
  const path = { course };
  return api.PUT("/api/v1/courses/{course}/reviews/mine", { params: { path }, body: { rating, comment } });
}

export async function certificate(code: string): Promise<Blob | undefined> {
  const path = { code };
  const { data } = await api.GET("/api/v1/certificates/{code}/pdf", { params: { path }, parseAs: "blob" });
  return data;
}

// --- Teaching ------------------------------------------------------------------------------------------------------

/** Write a course of one section and one video, and publish it. */
export async function teach(title: string, category: string, film: File) {
  const price = { amount: 4999, currency: "usd" } as const;
  const created = await api.POST("/api/v1/courses", { body: { title, category, price } });
  if (created.error) return byField(created.error);
  const path = { course: created.data.id };
  const section = await api.POST("/api/v1/courses/{course}/sections", { params: { path }, body: { title: "Start" } });
  const asset = await upload(film);
  if (section.error || !asset) return "The video did not arrive.";
  await api.POST("/api/v1/courses/{course}/lectures", {
    params: { path },
    body: { section: section.data.id, title: "Welcome", kind: "video", asset, is_preview: true },
  });
  const { data, error } = await api.POST("/api/v1/courses/{course}/publish", { params: { path } });
  return data ?? byField(error); // { "lectures.65f1...": "The video is not ready yet." }
}

/** Send a small file straight to Cloudinary and return its asset; larger ones travel in parts of `chunk_bytes`. */
async function upload(file: File) {
  const { data: ticket } = await api.POST("/api/v1/media/uploads", {
    body: { kind: "video", filename: file.name, size_bytes: file.size },
  });
  if (!ticket) return null;
  const form = new FormData();
  for (const [name, value] of Object.entries(ticket.upload.fields)) form.set(name, value);
  form.set("file", file);
  const answer = await (await fetch(ticket.upload.url, { method: "POST", body: form })).json();
  const { public_id, version, signature } = answer as components["schemas"]["CompleteUploadRequest"];
  const path = { id: ticket.asset.id };
  const body = { public_id, version, signature };
  const { data } = await api.POST("/api/v1/media/uploads/{id}/complete", { params: { path }, body });
  return data?.id ?? null;
}

export async function earned() {
  return (await api.GET("/api/v1/payments/earnings")).data?.balance;
}
