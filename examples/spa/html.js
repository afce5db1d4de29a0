// A template function: html`<p onclick=${handler}>${text}</p>` returns a DOM node.
// A value between tags may be text (always escaped), a node, or an array of both; null, undefined and booleans show
// nothing. A value of an attribute may be text, a function for on..., or a boolean. ${object} inside a tag sets each
// of its keys as an attribute. Outside of tags, write &lt; and &gt;.

const HOLE = /hole:(\d+):/;
const ONE_HOLE = /^hole:(\d+):$/;
const PROPERTIES = new Set(["value", "checked", "selected"]); // their attributes are only where they start
const compiled = new WeakMap(); // strings of the template -> <template>

export function html(strings, ...values) {
  if (!compiled.has(strings)) compiled.set(strings, compile(strings));
  const fragment = document.importNode(compiled.get(strings).content, true);
  const walker = document.createTreeWalker(fragment, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  // From the inside out: a <select> takes its value after its options are there.
  for (const node of nodes.reverse()) {
    if (node.nodeType === Node.ELEMENT_NODE) fillAttributes(node, values);
    else if (ONE_HOLE.test(node.data)) node.replaceWith(...toNodes(values[node.data.match(HOLE)[1]]));
  }
  return fragment.childNodes.length === 1 ? fragment.firstChild : fragment;
}

/** Return the nodes of markup that the server has made safe (`body_html`, `description_html`), and of nothing else. */
export function raw(markup) {
  const template = document.createElement("template");
  template.innerHTML = markup;
  return template.content;
}

function compile(strings) {
  let markup = "";
  strings.forEach((text, index) => {
    // An on... attribute is renamed, so that the browser does not take the mark of the hole for a script.
    markup += text.replace(/\son(\w+)=$/, " data-on-$1=");
    if (index === strings.length - 1) return;
    const insideTag = markup.lastIndexOf("<") > markup.lastIndexOf(">");
    markup += insideTag ? `hole:${index}:` : `<!--hole:${index}:-->`;
  });
  const template = document.createElement("template");
  template.innerHTML = markup.trim();
  return template;
}

function fillAttributes(element, values) {
  const open = [...element.attributes].filter(({ name, value }) => HOLE.test(name) || HOLE.test(value));
  for (const { name } of open) element.removeAttribute(name); // a mark is no value that every type of <input> takes
  for (const { name, value } of open) {
    const spread = name.match(ONE_HOLE);
    const whole = value.match(ONE_HOLE);
    if (spread) Object.entries(values[spread[1]] ?? {}).forEach(([key, item]) => setAttribute(element, key, item));
    else if (whole) setAttribute(element, name, values[whole[1]]);
    else setAttribute(element, name, value.replaceAll(/hole:(\d+):/g, (_, index) => values[index] ?? ""));
  }
}

function setAttribute(element, name, value) {
  if (typeof value === "function") element.addEventListener(name.replace(/^(data-on-|on)/, ""), value);
  else if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else if (PROPERTIES.has(name)) element[name] = value;
  else if (["href", "src"].includes(name) && /^\s*javascript:/i.test(value)) return;
  else element.setAttribute(name, value === true && !name.startsWith("aria-") ? "" : value);
}

function toNodes(value) {
  if (Array.isArray(value)) return value.flatMap(toNodes);
  if (value === null || value === undefined || typeof value === "boolean") return [];
  return [value instanceof Node ? value : document.createTextNode(value)];
}
