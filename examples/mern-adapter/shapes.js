// Our JSON in the shapes that the pages of a MERN LMS read: `_id`, `courseTitle`, whole money, `isPublished`.

const LEVELS = { Beginner: "beginner", Medium: "intermediate", Advance: "advanced" };
const LABELS = { beginner: "Beginner", intermediate: "Medium", advanced: "Advance", all: "Beginner" };

// Stripe counts ISK and UGX in hundredths, though they have no smaller coin.
const digits = (currency) =>
  ["isk", "ugx"].includes(currency) ? 2 : new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;
export const toWhole = ({ amount, currency }) => amount / 10 ** digits(currency);
export const fromWhole = (price, currency) => ({ amount: Math.round(Number(price) * 10 ** digits(currency)), currency });

export const toUser = (user, courses = []) => ({ ...user, _id: user.id, photoUrl: user.avatar ?? "", enrolledCourses: courses });

export const toLecture = (lecture) => ({
  _id: lecture.id,
  lectureTitle: lecture.title,
  isPreviewFree: lecture.is_preview,
  publicId: lecture.asset ?? "", // the id of the file, which only its author is given
  videoUrl: "", // an address ends after hours: `playbackUrl` gives one when the person presses play
});

export const toCourse = (course) => ({
  _id: course.id,
  courseTitle: course.title,
  subTitle: course.subtitle,
  description: course.description_html ?? "",
  category: course.category.name,
  courseLevel: LABELS[course.level],
  coursePrice: toWhole(course.price),
  courseThumbnail: course.thumbnail ?? "",
  creator: { _id: course.instructor.id, name: course.instructor.name, photoUrl: course.instructor.avatar ?? "" },
  enrolledStudents: Array(course.enrolled_count).fill(null), // the pages read its length
  lectures: (course.sections ?? []).flatMap((section) => section.lectures).map(toLecture),
  isPublished: (course.status ?? "published") === "published",
  createdAt: course.published_at ?? course.created_at ?? "",
});

/** The fields of their course form as a form of ours. */
export function fromCourse(form, category, currency) {
  const { courseTitle: title, subTitle: subtitle, description, courseLevel, coursePrice, courseThumbnail: thumbnail } = form;
  const price = coursePrice === undefined ? undefined : JSON.stringify(fromWhole(coursePrice, currency));
  const fields = { title, subtitle, description, category, level: LEVELS[courseLevel], price, thumbnail };
  const ours = new FormData();
  Object.entries(fields).forEach(([name, value]) => value && value !== "undefined" && ours.set(name, value));
  return ours;
}
