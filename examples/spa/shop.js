// Everything that a page uses, by one import.

export * from "./api.js";
export * from "./html.js";
export * from "./router.js";
export * from "./session.js";
export * from "./upload.js";
export * from "./components/course.js";
export * from "./components/form.js";
export * from "./components/format.js";
export * from "./components/frame.js";
export * from "./components/parts.js";
export * from "./components/study.js";
export * from "./components/teaching.js";
