// GET /wishlist: courses to come back to. What is bought leaves by itself, what is not published is not shown.
import { api, button, courseCard, html, list, notice, refresh } from "../shop.js";

export async function wishlistPage({ get }) {
  const wishlist = await get("/wishlist", { page_size: 12 });
  const empty = html`<h2>Nothing here yet</h2><p>Keep a course that you may want later: its page has a button for that.</p>
    <p><a class="button primary" href="/">Browse the courses</a></p>`;
  return html`<section class="stack-large"><h1>My wishlist</h1>
    ${list(wishlist, wish, empty, html`<div class="grid"></div>`)}</section>`;
}

function wish(course) {
  const path = `/wishlist/${course.id}`;
  const back = async () => (await api.put(path), refresh());
  async function remove() {
    await api.del(path);
    notice(`“${course.title}” is off your wishlist.`, { action: ["Put it back", back] });
    refresh();
  }
  const card = courseCard(course);
  card.querySelector(".body").append(button("Remove", remove, { class: "above", "aria-label": `Remove ${course.title} from my wishlist` }));
  return card;
}
