// The map of the shop: address, file and function of each page, and who may see it. A guard returns where others go instead.
import { errorPage, footer, header, loadSession, notFoundPage, notice, onSession, refresh, route, session, start } from "./shop.js";

const signedIn = (url) => !session.user && `/sign-in?next=${encodeURIComponent(url.pathname + url.search)}`;
const teaches = (url) => signedIn(url) || (session.user.role !== "instructor" && "/account");
const visitor = (url) => session.user && nextOf(url);

const PAGES = [
  ["/", "catalogue", "cataloguePage"],
  ["/courses/:slug", "course", "coursePage"],
  ["/instructors/:id", "course", "instructorPage"],
  ["/certificates/:code", "learn", "certificatePage"],
  ["/sign-in", "auth", "signInPage", visitor],
  ["/sign-up", "auth", "signUpPage", visitor],
  ["/forgot-password", "auth", "forgotPasswordPage"],
  ["/reset-password", "auth", "resetPasswordPage"],
  ["/verify-email", "auth", "verifyEmailPage"],
  ["/checkout/success", "orders", "checkoutSuccessPage", signedIn],
  ["/checkout/cancel", "orders", "checkoutCancelPage"],
  ["/learn", "learn", "myCoursesPage", signedIn],
  ["/learn/:course/grades", "grades", "gradesPage", signedIn],
  ["/learn/:course/:lecture?", "player", "playerPage", signedIn],
  ["/certificates", "learn", "myCertificatesPage", signedIn],
  ["/wishlist", "wishlist", "wishlistPage", signedIn],
  ["/account", "account", "accountPage", signedIn],
  ["/orders", "orders", "ordersPage", signedIn],
  ["/orders/:id", "orders", "orderPage", signedIn],
  ["/teach", "teach-overview", "teachPage", teaches],
  ["/teach/courses", "teach", "teachCoursesPage", teaches],
  ["/teach/new", "teach", "teachDetailsPage", teaches],
  ["/teach/coupons", "teach-coupons", "teachCouponsPage", teaches],
  ["/teach/earnings", "teach-results", "teachEarningsPage", teaches],
  ["/teach/:course", "teach-course", "teachCoursePage", teaches],
  ["/teach/:course/details", "teach", "teachDetailsPage", teaches],
  ["/teach/:course/students", "teach-results", "teachStudentsPage", teaches],
  ["/teach/:course/reviews", "teach-results", "teachReviewsPage", teaches],
  ["/teach/:course/grades", "teach-grades", "teachGradesPage", teaches],
  ["/teach/:course/attempts/:attempt", "teach-grades", "teachAttemptPage", teaches],
  ["/teach/:course/lectures/:lecture/work", "teach-grades", "teachWorkPage", teaches],
  ["/teach/:course/lectures/:lecture", "teach-lecture", "teachLecturePage", teaches],
];

/** Where to go after signing in: a path of this shop, never another site. */
function nextOf(url) {
  const next = new URL(url.searchParams.get("next") ?? "/", location.origin);
  return next.origin === location.origin ? next.href : "/";
}

for (const [path, file, page, guard] of PAGES) route(path, async () => (await import(`./pages/${file}.js`))[page], guard);

document.querySelector("#footer").replaceWith(footer());
header(document.querySelector("#header"));

onSession((user, before, reason) => {
  if (user?.id !== before?.id) refresh();
  if (reason === "ended") notice("You are signed out. Sign in again to go on.", { kind: "error", link: ["Sign in", "/sign-in"] });
});

try {
  await loadSession();
  start({ notFound: notFoundPage, onError: (error) => errorPage(error, refresh) });
} catch (error) {
  document.querySelector("main").replaceChildren(errorPage(error, () => location.reload()));
}
