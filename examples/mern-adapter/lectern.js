// A `baseQuery` for the four `features/api` files of a MERN LMS, whose endpoints stay as they are: `baseQuery: lectern("user")`
// in authApi.js, "course" in courseApi.js, "progress" in courseProgressApi.js, "purchase" in purchaseApi.js.
import { fromCourse, toCourse, toLecture, toUser, toWhole } from "./shapes.js";

export const server = { api: "/api/v1", currency: "usd" }; // where the API is, and the currency of new prices
let csrf = null;

/** Send a request of ours. Throws what RTK Query calls an error: `{status, data: {message, errors}}`. */
export async function call(method, path, body, again = true) {
  if (method !== "GET" && !csrf) csrf = (await call("GET", "/auth/session")).csrf_token;
  const isJson = body && !(body instanceof FormData);
  const headers = { ...(method !== "GET" && { "X-CSRFToken": csrf }), ...(isJson && { "Content-Type": "application/json" }) };
  const response = await fetch(server.api + path, { method, headers, body: isJson ? JSON.stringify(body) : body, credentials: "include" });
  const data = response.status === 204 ? {} : await response.json();
  if (response.ok) return data;
  const [{ code, detail }] = data.errors;
  if (again && ["token_expired", "csrf_failed"].includes(code)) {
    csrf = (await call("GET", "/auth/session", undefined, false)).csrf_token; // this renews the session, too
    return call(method, path, body, false);
  }
  throw { status: response.status, data: { message: detail, errors: data.errors } };
}

const done = (message) => () => ({ success: true, message });
const detail = async (id) => toCourse(await call("GET", `/courses/${id}`));
const list = async (path) => (await call("GET", path)).results.map(toCourse);
const welcome = (answer) => {
  csrf = answer.csrf_token ?? null; // signing in changes it
  if (answer.challenge) throw { status: 401, data: { message: "This account has a second factor, which these pages do not know." } };
  return { success: true, message: `Welcome ${answer.name}`, user: toUser(answer) };
};
async function courseForm(form) {
  const categories = form.category ? (await call("GET", "/categories")).results : [];
  const slug = categories.find((each) => each.name.toLowerCase() === form.category.toLowerCase())?.slug;
  return fromCourse(form, slug ?? form.category, server.currency);
}
async function firstSection(course) {
  const { sections } = await call("GET", `/courses/${course}`);
  return sections[0]?.id ?? (await call("POST", `/courses/${course}/sections`, { title: "Lectures" })).id;
}

const USER = {
  "POST register": (_, body) => call("POST", "/auth/signup", body).then(welcome),
  "POST login": (_, body) => call("POST", "/auth/signin", body).then(welcome),
  "GET logout": () => call("POST", "/auth/signout").then(() => (csrf = null)).then(done("Signed out")),
  "GET profile": async () => {
    const [user, { results }] = await Promise.all([call("GET", "/users/me"), call("GET", "/enrollments?page_size=100")]);
    return { success: true, user: toUser(user, results.map((each) => toCourse(each.course))) };
  },
  "PUT profile/update": async (_, form) => {
    const ours = new FormData();
    if (form.get("name")) ours.set("name", form.get("name"));
    if (form.get("profilePhoto")?.size) ours.set("avatar", form.get("profilePhoto"));
    return { success: true, message: "Profile updated", user: toUser(await call("PATCH", "/users/me", ours)) };
  },
};

const COURSE = {
  "GET search": async (_, __, query) => {
    const ordering = { low: "&ordering=price", high: "&ordering=-price" }[query.get("sortByPrice")] ?? "";
    const courses = await list(`/courses?page_size=100&search=${encodeURIComponent(query.get("query") ?? "")}${ordering}`);
    const wanted = (query.get("categories") ?? "").toLowerCase();
    return { success: true, courses: courses.filter((each) => !wanted || wanted.split(",").includes(each.category.toLowerCase())) };
  },
  "GET published-courses": async () => ({ courses: await list("/courses?page_size=100") }),
  "GET ": async () => ({ courses: await list("/courses/mine?page_size=100") }),
  "POST ": async (_, body) => ({ message: "Course created", course: toCourse(await call("POST", "/courses", await courseForm({ coursePrice: 0, ...body }))) }),
  "GET :course": async ([id]) => ({ course: await detail(id) }),
  "PUT :course": async ([id], form) => ({ message: "Course updated", course: toCourse(await call("PATCH", `/courses/${id}`, await courseForm(Object.fromEntries(form)))) }),
  "PATCH :course": ([id], _, query) => call("POST", `/courses/${id}/${query.get("publish") === "true" ? "publish" : "unpublish"}`).then(done("Done")),
  "GET :course/lecture": async ([id]) => ({ lectures: (await detail(id)).lectures }),
  "POST :course/lecture": async ([id], { lectureTitle: title }) => {
    const fields = { section: await firstSection(id), title, kind: "video" };
    return { message: "Lecture created", lecture: toLecture(await call("POST", `/courses/${id}/lectures`, fields)) };
  },
  "POST :course/lecture/:lecture": async ([, id], { lectureTitle: title, isPreviewFree, videoInfo }) => {
    const video = videoInfo?.publicId ? { asset: videoInfo.publicId } : {};
    const fields = { title, is_preview: Boolean(isPreviewFree), is_published: true, ...video };
    return { message: "Lecture updated", lecture: toLecture(await call("PATCH", `/lectures/${id}`, fields)) };
  },
  "GET lecture/:lecture": async ([id]) => ({ lecture: toLecture(await call("GET", `/lectures/${id}`)) }),
  "DELETE (?:.+/)?lecture/:lecture": ([id]) => call("DELETE", `/lectures/${id}`).then(done("Lecture removed")),
};

const PROGRESS = {
  "GET :course": async ([id]) => {
    const [courseDetails, progress] = await Promise.all([detail(id), call("GET", `/courses/${id}/progress`)]);
    const viewed = progress.lectures.map((each) => ({ lectureId: each.id, viewed: each.completed }));
    return { data: { courseDetails, progress: viewed, completed: progress.is_completed } };
  },
  "POST :course/lecture/:lecture/view": ([id, lecture]) => call("PATCH", `/courses/${id}/progress/lectures/${lecture}`, {}).then(done("Saved")),
  "POST :course/complete": ([id]) => call("POST", `/courses/${id}/progress/complete`).then(done("Course completed")),
  "POST :course/incomplete": ([id]) => call("POST", `/courses/${id}/progress/reset`).then(done("Course begun again")),
};

const PURCHASE = {
  "POST checkout/create-checkout-session": async (_, { courseId: course }) => {
    const { checkout_url } = await call("POST", "/payments/checkout", { course });
    return { success: true, url: checkout_url ?? `/course-progress/${course}` }; // null: there was nothing to pay
  },
  "GET course/:course/detail-with-status": async ([id]) => {
    const [course, access] = await Promise.all([detail(id), call("GET", `/courses/${id}/access`)]);
    return { course, purchased: access.can_watch };
  },
  "GET ": async () => {
    const { months } = await call("GET", "/payments/earnings"); // their page of sales; what a person bought is `enrolledCourses`
    const sold = (each) => ({ courseId: { _id: each.course.id, courseTitle: each.course.title, coursePrice: toWhole(each.earned) }, amount: toWhole(each.earned) });
    return { purchasedCourse: months.map(sold) };
  },
};

const AREAS = { user: USER, course: COURSE, progress: PROGRESS, purchase: PURCHASE };

export const lectern = (area) => async (request) => {
  const { url, method = "GET", body } = request;
  const [path, query] = url.replace(/^\/|\/$/g, "").split("?");
  for (const [route, answer] of Object.entries(AREAS[area])) {
    const names = `${method} ${path}`.match(`^${route.replace(/:\w+/g, "([^/]+)")}$`)?.slice(1);
    if (!names) continue;
    return answer(names, body, new URLSearchParams(query)).then(
      (data) => ({ data }),
      (error) => ({ error: error.data ? error : { status: "FETCH_ERROR", data: { message: "The server does not answer. Try again." } } }),
    );
  }
  return { error: { status: 404, data: { message: `Nothing answers ${method} ${url}.` } } };
};

/** Return the address for `<video src>`. Ask when the person presses play: each call counts as watching. */
export const playbackUrl = async (lecture) => (await call("POST", `/lectures/${lecture}/playback`)).url;

/** Ask how a purchase stands, on the page that Stripe leads back to (`?order=`); return the id of its course. */
export const finishCheckout = async (order) => (await call("POST", `/payments/orders/${order}/sync`)).course.id;

/** Replace `axios.post(MEDIA_API + "/upload-video", formData)`: `data.public_id` is the id of our file. */
export const uploadVideo = async (form) => ({ data: { success: true, data: { url: "", public_id: (await call("POST", "/media/videos", form)).id } } });
