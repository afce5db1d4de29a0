// The map of the shop: which address shows which page, and who may see it.

import { footer } from "./components/footer.js";
import { header } from "./components/header.js";
import { notice } from "./components/notice.js";
import { errorPage, notFoundPage } from "./components/problem.js";
import { refresh, route, start } from "./router.js";
import { loadSession, onSession, session } from "./session.js";

const signedIn = (url) => !session.user && `/sign-in?next=${encodeURIComponent(url.pathname + url.search)}`;
const teaches = (url) => signedIn(url) || (session.user.role !== "instructor" && "/account");
const visitor = (url) => session.user && nextOf(url);

const PAGES = [
  ["/", "catalogue"],
  ["/courses/:slug", "course"],
  ["/instructors/:id", "instructor"],
  ["/certificates/:code", "certificate"],
  ["/sign-in", "sign-in", visitor],
  ["/sign-up", "sign-up", visitor],
  ["/forgot-password", "forgot-password"],
  ["/reset-password", "reset-password"],
  ["/verify-email", "verify-email"],
  ["/checkout/success", "checkout-success", signedIn],
  ["/checkout/cancel", "checkout-cancel"],
  ["/learn", "my-courses", signedIn],
  ["/learn/:course/:lecture?", "player", signedIn],
  ["/certificates", "my-certificates", signedIn],
  ["/account", "account", signedIn],
  ["/orders", "orders", signedIn],
  ["/orders/:id", "order", signedIn],
  ["/teach", "teach", teaches],
  ["/teach/new", "teach-details", teaches],
  ["/teach/coupons", "teach-coupons", teaches],
  ["/teach/earnings", "teach-earnings", teaches],
  ["/teach/:course", "teach-course", teaches],
  ["/teach/:course/details", "teach-details", teaches],
  ["/teach/:course/students", "teach-students", teaches],
  ["/teach/:course/lectures/:lecture", "teach-lecture", teaches],
];

/** Where to go after signing in: a path of this shop, never another site. */
function nextOf(url) {
  const next = new URL(url.searchParams.get("next") ?? "/", location.origin);
  return next.origin === location.origin ? next.href : "/";
}

for (const [path, file, guard] of PAGES) route(path, () => import(`./pages/${file}.js`), guard);

document.querySelector("#footer").replaceWith(footer());
header(document.querySelector("#header"));

onSession((user, before, reason) => {
  if (user?.id !== before?.id) refresh();
  if (reason === "ended") notice("You are signed out. Sign in again to go on.", { kind: "error", link: ["Sign in", "/sign-in"] });
});

try {
  await loadSession();
  start({ notFound: notFoundPage, onError: errorPage });
} catch (error) {
  document.querySelector("main").replaceChildren(errorPage(error, () => location.reload()));
}
