import { html } from "../html.js";

/** A table whose rows become cards on a narrow screen. A column is [title, cell(row), "number" or nothing]. */
export function table(caption, columns, rows) {
  const cell = (row) => ([title, value, kind]) => html`<td class=${kind} data-title=${title}>${value(row)}</td>`;
  return html`<table class="cards">
    <caption class="hidden">${caption}</caption>
    <thead><tr>${columns.map(([title, , kind]) => html`<th scope="col" class=${kind}>${title}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${columns.map(cell(row))}</tr>`)}</tbody>
  </table>`;
}
