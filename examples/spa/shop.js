// Everything that a page uses, by one import.
export * from "./kit.js";
export * from "./components/assignment-editor.js";
export * from "./components/assignment.js";
export * from "./components/course.js";
export * from "./components/filters.js";
export * from "./components/frame.js";
export * from "./components/gates.js";
export * from "./components/notes.js";
export * from "./components/quiz-editor.js";
export * from "./components/quiz.js";
export * from "./components/responses.js";
export * from "./components/reviews.js";
export * from "./components/study.js";
export * from "./components/teaching.js";
export * from "./components/uploader.js";
