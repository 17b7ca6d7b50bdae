// Table 1: a tree of modules, branches and layers that opens, sorts and is searched.

const table = byId("table");
const parts = data.parts;
const children = parts.map(() => []);
const roots = [];
parts.forEach((part, place) => (part.parent === null ? roots : children[part.parent]).push(place));
const rowOf = [...table.tBodies[0].rows];
const buttonOf = new Map();
const sumRows = new Map();
const isOpen = parts.map((part) => part.level < data.open);
const sorting = { key: null, down: false };
const folded = (text) => text.toLowerCase().replaceAll("×", "x").replace(/\s+/g, " ").trim();
let words = []; // what a search looks through
let numbers = [];

function addColumns() {
  const add = (before, key) => {
    const place = [...table.tHead.rows[0].cells].findIndex((th) => th.dataset.key === before) + 1;
    const head = element("th", { scope: "col", textContent: "change", className: "was" });
    head.dataset.key = key;
    table.tHead.rows[0].insertBefore(head, table.tHead.rows[0].cells[place] ?? null);
    for (const row of [...rowOf, table.tFoot.rows[0]]) row.insertCell(place).className = "was";
  };
  add("count", "change");
  add("params", "paramsChange");
}

function addButtons() {
  rowOf.forEach((row, place) => {
    const head = row.cells[0];
    const part = parts[place];
    const name = part.level === 2 ? part.name.split("/").slice(1).join("/") : part.name;
    if (children[place].length) {
      const button = element("button", { type: "button", textContent: head.textContent });
      button.addEventListener("click", () => {
        isOpen[place] = !isOpen[place];
        arrange();
      });
      buttonOf.set(place, button);
      row.classList.add("parent");
      head.replaceChildren(button);
    } else {
      head.replaceChildren(element("span", { className: "leaf", textContent: name }));
      if (name !== part.name) head.title = part.name;
    }
  });
  for (const head of table.tHead.rows[0].cells) {
    const button = element("button", { type: "button", textContent: head.textContent });
    button.addEventListener("click", () => sortBy(head.dataset.key));
    head.dataset.title = head.textContent; // for print
    head.replaceChildren(button);
  }
}

// The arithmetic of a part, a row of its own below it.
function sumsOf(place) {
  if (!sumRows.has(place)) {
    const lines = parts[place].sums.map(([what, text]) => {
      const name = element("b", { textContent: what });
      return element("div", {}, name, ` ${text}`);
    });
    const cell = element("td", { colSpan: table.tHead.rows[0].cells.length }, ...lines);
    const row = element("tr", { className: `sums level-${parts[place].level}` }, cell);
    sumRows.set(place, row);
  }
  return sumRows.get(place);
}

function sortBy(key) {
  if (sorting.key !== key) Object.assign(sorting, { key, down: !["name", "text"].includes(key) });
  else if (sorting.down === !["name", "text"].includes(key)) sorting.down = !sorting.down;
  else sorting.key = null; // the third time: the network's own order
  for (const head of table.tHead.rows[0].cells) {
    const way = sorting.down ? "descending" : "ascending";
    if (head.dataset.key === sorting.key) head.setAttribute("aria-sort", way);
    else head.removeAttribute("aria-sort");
  }
  arrange();
}

function compared(a, b) {
  const [one, other] = [numbers[a][sorting.key], numbers[b][sorting.key]];
  if (one === other) return a - b;
  if (one === null || other === null) return one === null ? 1 : -1; // dashes come last
  const before =
    typeof one === "string" ? one.localeCompare(other, "en", { numeric: true }) < 0 : one < other;
  return before !== sorting.down ? -1 : 1;
}

// Put the rows in order, and show those that are open and found.
function arrange() {
  const query = folded(byId("search").value);
  const own = words.map((text) => text.includes(query));
  const below = parts.map(() => false);
  for (let place = parts.length - 1; place >= 0; place--)
    if ((own[place] || below[place]) && parts[place].parent !== null)
      below[parts[place].parent] = true;
  const order = [];
  const visit = (place, shown, above) => {
    const found = own[place] || below[place] || above;
    rowOf[place].classList.toggle("shut", !shown);
    rowOf[place].classList.toggle("out", !found);
    rowOf[place].hidden = !(shown && found);
    const opened = isOpen[place] || (query !== "" && below[place]);
    buttonOf.get(place)?.setAttribute("aria-expanded", String(opened));
    order.push(rowOf[place]);
    const isExplained = byId("why").checked && shown && found && parts[place].sums.length;
    if (isExplained) order.push(sumsOf(place));
    for (const child of sorted(children[place])) visit(child, shown && opened, above || own[place]);
  };
  const sorted = (some) => (sorting.key ? [...some].sort(compared) : some);
  for (const root of sorted(roots)) visit(root, true, false);
  const body = table.tBodies[0];
  const kept = new Set(order);
  for (const row of [...body.rows]) if (!kept.has(row)) row.remove();
  order.forEach((row, at) => {
    if (body.rows[at] !== row) body.insertBefore(row, body.rows[at] ?? null);
  });
  const matching = own.filter(Boolean).length;
  byId("matches").textContent = query
    ? `${grouped(BigInt(matching))} of ${grouped(BigInt(parts.length))} rows match`
    : "";
}

function chainText(part, rows) {
  if (!part.chain) return null;
  return part.layers.map((place) => layerText(place, rows[place])).join(" → ");
}

// Shares sum to 1000 among modules, among layers, and among branches; there the layers outside
// the branches of a module are one more, and come last in it.
function sharesOf(costs) {
  const found = new Array(parts.length).fill(null);
  const give = (some) =>
    shares(some.map(([, count]) => count)).forEach((share, at) => {
      if (some[at][0] !== null) found[some[at][0]] = share;
    });
  const counted = (some) => some.map((place) => [place, costs[place].count]);
  const isBranch = (place) => parts[place].grain === "branch";
  give(counted(roots));
  give(
    roots.flatMap((root) => {
      const outside = children[root].filter((child) => !isBranch(child));
      const rest = [null, sum(outside.map((child) => costs[child].count))];
      return [...counted(children[root].filter(isBranch)), rest];
    }),
  );
  const layers = parts.map((_, place) => place).filter((place) => parts[place].grain === "layer");
  give(counted(layers.sort((a, b) => parts[a].layers[0] - parts[b].layers[0])));
  return found;
}

// A change, and its percent apart: in the table there is no room for that on paper.
function changeOf(now, before) {
  const [change, percent] = changeText(now, before).split(" (");
  if (!percent) return change;
  return [`${change} `, element("span", { className: "percent", textContent: `(${percent}` })];
}

function fill(row, cells) {
  cells.forEach((content, at) => {
    if (content !== null) row.cells[at + 1].replaceChildren(...[content].flat());
  });
  for (const at of [4, 7]) {
    const text = row.cells[at].textContent;
    row.cells[at].classList.toggle("rise", text.startsWith("+"));
    row.cells[at].classList.toggle("fall", text.startsWith("−"));
  }
}

function cellsOf(cost, before, share, text, output) {
  const ratio = saved(cost.naive, cost.count);
  return [
    text,
    output,
    grouped(cost.count),
    changeOf(cost.count, before.count),
    shareText(share),
    grouped(cost.params),
    changeOf(cost.params, before.params),
    grouped(cost.naive),
    ratioText(ratio),
  ];
}

const originally = parts.map((part) => costOf(part.layers, original));

// Show other numbers in the table.
function updateTable(shown) {
  const costs = parts.map((part) => costOf(part.layers, shown));
  words = parts.map(({ name, grain, layers }, place) => {
    const texts = layers.map((layer) => fullText(layer, shown.rows[layer]));
    const text = grain === "module" ? rowOf[place].cells[1].textContent : texts.join(" → ");
    return folded(`${name} ${text}`);
  });
  const share = sharesOf(costs);
  numbers = parts.map((part, place) => {
    const cost = costs[place];
    const before = originally[place];
    const rows = part.layers.map((one) => shown.rows[one]).filter(Boolean);
    const last = shapeOf(shown, part.layers.at(-1));
    const output = last ? shapeText(last) : DASH;
    const text = chainText(part, shown.rows);
    rowOf[place].classList.toggle("bypassed", part.layers.length === 1 && !rows.length);
    fill(rowOf[place], cellsOf(cost, before, share[place], text, output));
    return {
      name: part.name,
      text: rowOf[place].cells[1].textContent,
      output: last && carried(last),
      count: cost.count,
      change: cost.count - before.count,
      share: cost.count,
      params: cost.params,
      paramsChange: cost.params - before.params,
      naive: cost.naive,
      saved: saved(cost.naive, cost.count),
    };
  });
  const all = data.layers.map((_, place) => place);
  const whole = costOf(all, shown);
  const last = data.output === null ? null : shapeOf(shown, data.output);
  const share100 = whole.count ? 1000 : null;
  const output = last && shapeText(last);
  fill(table.tFoot.rows[0], cellsOf(whole, costOf(all, original), share100, null, output));
  arrange();
}
