import { field } from "./form.js";

/** The present password, which confirms a change that a stolen session must not be enough for. */
export const passwordField = (attributes = {}) =>
  field({ label: "Current password", name: "current_password", type: "password", autocomplete: "current-password", required: true, maxlength: 128, ...attributes });
