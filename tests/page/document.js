// As much of a browser's document as a page's scripts ask for: a tree with texts, and no looks.
// `tree` is the page as [tag, attributes, ...children]; `drawn` has what each chart was given.

class Node {
  constructor(tag, attributes = {}, children = []) {
    Object.assign(this, { tag, attributes: {}, inside: [], above: null, listeners: {} });
    Object.assign(this, { dataset: {}, style: {}, className: "", value: "", hidden: false });
    for (const [name, value] of Object.entries(attributes)) this.setAttribute(name, value);
    this.append(...children);
  }
  setAttribute(name, value) {
    this.attributes[name] = String(value);
    if (name.startsWith("data-")) this.dataset[name.slice(5)] = String(value);
    else if (name === "class") this.className = String(value);
    else if (name === "hidden") this.hidden = true;
    else if (name === "id") this.id = String(value);
  }
  getAttribute(name) {
    return this.attributes[name] ?? null;
  }
  removeAttribute(name) {
    delete this.attributes[name];
  }
  append(...children) {
    for (const child of children) this.insertBefore(child, null);
  }
  insertBefore(child, next) {
    child = child instanceof Node ? child : new Node("", { text: child });
    child.remove();
    this.inside.splice(next ? this.inside.indexOf(next) : this.inside.length, 0, child);
    child.above = this;
    if (this.live) this.cells;
  }
  replaceChildren(...children) {
    for (const child of [...this.inside]) child.remove();
    this.append(...children);
  }
  remove() {
    if (this.above) this.above.inside.splice(this.above.inside.indexOf(this), 1);
    this.above = null;
  }
  get textContent() {
    return this.attributes.text ?? this.inside.map((child) => child.textContent).join("");
  }
  set textContent(text) {
    this.replaceChildren(text);
  }
  get classList() {
    const names = new Set(this.className.split(" ").filter(Boolean));
    const write = () => (this.className = [...names].join(" "));
    return {
      add: (name) => write(names.add(name)),
      contains: (name) => names.has(name),
      toggle: (name, on) => write(on ? names.add(name) : names.delete(name)),
    };
  }
  get htmlFor() {
    return { add() {} };
  }
  set htmlFor(_) {}
  all(test) {
    return [...(test(this) ? [this] : []), ...this.inside.flatMap((child) => child.all(test))];
  }
  closest(selector) {
    return selector === this.tag || this.classList.contains(selector.slice(1))
      ? this
      : this.above.closest(selector);
  }
  addEventListener(kind, listener) {
    this.listeners[kind] = listener;
  }
  dispatch(kind) {
    this.listeners[kind]({ preventDefault() {} });
  }
  // Of a table, of a part of it, of a row.
  get rows() {
    return this.inside.filter(({ tag }) => tag === "tr");
  }
  get cells() {
    const found = this.inside.filter(({ tag }) => tag === "td" || tag === "th");
    this.live ??= [];
    this.live.splice(0, Infinity, ...found); // one list, which follows
    return this.live;
  }
  get tHead() {
    return this.inside.find(({ tag }) => tag === "thead");
  }
  get tBodies() {
    return this.inside.filter(({ tag }) => tag === "tbody");
  }
  get tFoot() {
    return this.inside.find(({ tag }) => tag === "tfoot");
  }
  insertCell(index) {
    const cell = new Node("td");
    this.insertBefore(cell, this.cells[index]);
    return cell;
  }
}

const built = ([tag, attributes, ...children]) =>
  new Node(
    tag,
    attributes,
    children.map((child) => (typeof child === "string" ? child : built(child))),
  );
const documentElement = built(tree);
const known = new Map(); // elements by id
const document = {
  documentElement,
  body: documentElement.inside.find(({ tag }) => tag === "body"),
  createElement: (tag) => new Node(tag),
  createElementNS: (_, tag) => new Node(tag),
  getElementById(id) {
    if (!known.has(id)) known.set(id, documentElement.all((node) => node.id === id)[0] ?? null);
    return known.get(id);
  },
  querySelectorAll: (selector) =>
    documentElement.all((node) => node.classList.contains(selector.slice(1))),
};
const Option = function (text) {
  return new Node("option", {}, [text]);
};
const drawn = new Map();
const vegaEmbed = async ({ id }, { datasets }) => {
  drawn.set(id, datasets.source);
  const view = { addResizeListener() {}, resize: () => view, runAsync: async () => view };
  view.data = (_, values) => drawn.set(id, values) && view;
  return { view };
};
const structuredClone = (value) => JSON.parse(JSON.stringify(value));
const requestAnimationFrame = (call) => call();
const cancelAnimationFrame = () => {};
const addEventListener = () => {};
