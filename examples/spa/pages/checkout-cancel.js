// The return from the payment page without paying.

import { html } from "../shop.js";

export default function checkoutCancelPage() {
  return html`<section class="narrow center"><h1>You did not pay</h1><p>Nothing was charged. The course is still there when you are ready.</p>
    <p class="actions center"><a class="button primary" href="/">Browse the courses</a> <a class="button" href="/orders">My orders</a></p></section>`;
}
