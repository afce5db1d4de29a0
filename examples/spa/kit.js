// What knows nothing of courses: calls, templates, routes, the session, forms, small parts.
export * from "./api.js";
export * from "./html.js";
export * from "./router.js";
export * from "./session.js";
export * from "./upload.js";
export * from "./components/form.js";
export * from "./components/format.js";
export * from "./components/parts.js";
