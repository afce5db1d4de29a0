// Every endpoint of the four files, once, against a running system: node check.mjs API INSTRUCTOR PASSWORD VIDEO.mp4 CATEGORY
import assert from "node:assert/strict";
import { openAsBlob } from "node:fs";
import { finishCheckout, lectern, playbackUrl, server, uploadVideo } from "./lectern.js";

const [api, email, password, video, category] = process.argv.slice(2);
server.api = api;
keepCookies();

/** Ask as RTK Query does, and return the data; an error ends the check. */
async function ask(area, method, url, body) {
  const { data, error } = await lectern(area)({ method, url, body });
  if (error) throw new Error(`${method} ${area} ${url}: ${JSON.stringify(error)}`);
  return data;
}
const form = (fields) => Object.entries(fields).reduce((data, [name, value]) => (data.set(name, value), data), new FormData());

// The instructor writes a course, in the order of their pages.
const wrong = await lectern("user")({ method: "POST", url: "login", body: { email, password: "wrong" } });
assert.equal(wrong.error.status, 401);
assert.match(wrong.error.data.message, /password is wrong/);
assert.equal((await ask("user", "POST", "login", { email, password })).user.role, "instructor");
const { course } = await ask("course", "POST", "", { courseTitle: "Rye bread", category });
assert.deepEqual([course.courseTitle, course.coursePrice, course.isPublished], ["Rye bread", 0, false]);
const fields = { courseTitle: "Rye bread", subTitle: "From flour", description: "Slow.", category, courseLevel: "Medium", coursePrice: "49" };
const edited = (await ask("course", "PUT", `/${course._id}`, form(fields))).course;
assert.deepEqual([edited.coursePrice, edited.courseLevel, edited.subTitle], [49, "Medium", "From flour"]);
const early = await lectern("course")({ method: "PATCH", url: `/${course._id}?publish=true` });
assert.deepEqual([early.error.status, early.error.data.message], [409, "Add a lecture and publish it."]);
const { lecture } = await ask("course", "POST", `/${course._id}/lecture`, { lectureTitle: "The dough" });
const uploaded = await uploadVideo(form({ file: new File([await openAsBlob(video)], "dough.mp4") }));
const videoInfo = { videoUrl: uploaded.data.data.url, publicId: uploaded.data.data.public_id };
const changes = { lectureTitle: "Dough", isPreviewFree: false, videoInfo };
assert.equal((await ask("course", "POST", `/${course._id}/lecture/${lecture._id}`, changes)).lecture.lectureTitle, "Dough");
assert.equal((await ask("course", "GET", `/lecture/${lecture._id}`)).lecture.publicId, videoInfo.publicId);
const spare = (await ask("course", "POST", `/${course._id}/lecture`, { lectureTitle: "Spare" })).lecture;
await ask("course", "DELETE", `/lecture/${spare._id}`);
assert.deepEqual((await ask("course", "GET", `/${course._id}/lecture`)).lectures.map((each) => each._id), [lecture._id]);
await ask("course", "PATCH", `/${course._id}?publish=true`);
assert((await ask("course", "GET", "")).courses.some((each) => each._id === course._id && each.isPublished));
assert(Array.isArray((await ask("purchase", "GET", "/")).purchasedCourse));
await ask("user", "GET", "logout");

// A student finds it, buys it, and completes it.
const found = await ask("course", "GET", `/search?query=rye&categories=${encodeURIComponent(category)}&sortByPrice=low`);
assert(found.courses.some((each) => each._id === course._id));
assert((await ask("course", "GET", "/published-courses")).courses.length > 0);
await ask("user", "POST", "register", { name: "Wen", email: `wen-${Date.now()}@example.com`, password: "a-Quiet-Loaf-19" });
const before = await ask("purchase", "GET", `/course/${course._id}/detail-with-status`);
assert.deepEqual([before.purchased, before.course.lectures.length, before.course.creator.name], [false, 1, course.creator.name]);
const { url } = await ask("purchase", "POST", "/checkout/create-checkout-session", { courseId: course._id });
const paid = await fetch(url, { method: "POST", body: new URLSearchParams({ action: "pay" }), redirect: "manual" });
const back = new URL(paid.headers.get("Location"));
assert.equal(await finishCheckout(back.searchParams.get("order")), course._id);
assert.equal((await ask("purchase", "GET", `/course/${course._id}/detail-with-status`)).purchased, true);
assert.deepEqual((await ask("user", "GET", "profile")).user.enrolledCourses.map((each) => each._id), [course._id]);
assert.match(await playbackUrl(lecture._id), /^http/);
const { data } = await ask("progress", "GET", `/${course._id}`);
assert.deepEqual([data.completed, data.progress], [false, [{ lectureId: lecture._id, viewed: false }]]);
await ask("progress", "POST", `/${course._id}/lecture/${lecture._id}/view`);
assert.equal((await ask("progress", "GET", `/${course._id}`)).data.completed, true);
await ask("progress", "POST", `/${course._id}/incomplete`);
await ask("progress", "POST", `/${course._id}/complete`);
assert.equal((await ask("user", "PUT", "profile/update", form({ name: "Wen Li" }))).user.name, "Wen Li");
console.log("every endpoint answers as the pages expect");

/** Keep cookies as a browser does: Node's `fetch` keeps none. */
function keepCookies() {
  const jar = new Map();
  const plain = globalThis.fetch;
  globalThis.fetch = async (address, options = {}) => {
    const ours = String(address).startsWith(server.api);
    const headers = { ...options.headers, ...(ours && { Cookie: [...jar].map((pair) => pair.join("=")).join("; ") }) };
    const response = await plain(address, { ...options, headers });
    for (const cookie of ours ? response.headers.getSetCookie() : []) {
      const [name, value] = cookie.split(";")[0].split("=");
      value.replaceAll('"', "") ? jar.set(name, value) : jar.delete(name);
    }
    return response;
  };
}
