// Figure 1: a module as the papers draw it; where boxes and links stand is in the data.

const SVG = "http://www.w3.org/2000/svg";
const WIDEST = 26; // of a link
const LETTER = 6.8; // of a branch's name

function svg(name, attributes, ...inner) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inner);
  return made;
}

const carried = (row) => (row ? row[2] * row[3] * row[4] : null);

function drawModule(shown) {
  const module = data.modules[state.module];
  if (!module.boxes) {
    byId("drawing").replaceChildren("A module of so many layers is not drawn; Table 1 lists them.");
    byId("drawn").textContent = module.name;
    return;
  }
  const sources = module.links.map(([start, number]) =>
    start >= 0 ? shapeOf(shown, start) : entering(shown, state.module, number),
  );
  const most = sources.map(carried).reduce((a, b) => (b > a ? b : a), 1n);
  const total = sum(own(module).map((place) => (shown.rows[place] ?? [0n])[0]));
  const boxes = new Map(module.boxes.map((box) => [box[0], box]));
  const links = module.links.map((link, at) => linkOf(link, sources[at], most, boxes));
  const drawn = module.boxes.map((box) => boxOf(box, shown, total, module));
  const [names, left] = branchNames(module, boxes);
  const [title, about] = described(module, shown.rows);
  const root = svg(
    "svg",
    {
      viewBox: `${left - 2} -2 ${module.width - left + 4} ${module.height + 4}`,
      width: module.width - left + 4,
      role: "img",
      "aria-labelledby": "drawing-title drawing-about",
    },
    svg("title", { id: "drawing-title" }, title),
    svg("desc", { id: "drawing-about" }, about),
    ...links,
    ...drawn,
    ...names,
  );
  root.style.minWidth = `${0.75 * module.width}px`; // smaller could not be read: it scrolls then
  byId("drawing").replaceChildren(root);
  byId("drawn").textContent =
    `${title}, from top to bottom. In each box: kernel and width, output, ${data.unit}; the tint is ` +
    `the layer's share of the module's. ` +
    `A link's width is proportional to the activations that it carries, at most ${grouped(most)} here.`;
}

const own = (module) => module.boxes.map(([place]) => place).filter((place) => place >= 0);

function described(module, rows) {
  const branches = new Map();
  for (const place of own(module)) {
    const branch = data.layers[place].branch ?? "outside the branches";
    branches.set(branch, [...(branches.get(branch) ?? []), layerText(place, rows[place])]);
  }
  const about = [...branches].map(([name, texts]) => `${name}: ${texts.join(", ")}`);
  return [`Module ${module.name}`, `${about.join("; ")}. Table 1 has the numbers.`];
}

// Down from a box, along its lane, down to the next.
function linkOf([start, , end, lane], source, most, boxes) {
  const [from, to] = [boxes.get(start), boxes.get(end)];
  const within = ([, x, , width]) =>
    Math.max(x - width / 2 + 14, Math.min(x + width / 2 - 14, lane));
  const isBar = ([place, , , , height]) => place < 0 || height < 40;
  const [x0, x1] = [from, to].map((box) => (isBar(box) ? within(box) : box[1]));
  const [y0, y1] = [from[2] + from[4], to[2]];
  const turn = (x, y, toX, toY) => `C ${x} ${(y + toY) / 2} ${toX} ${(y + toY) / 2} ${toX} ${toY}`;
  const reach = Math.min(48, y1 - y0);
  const straight = y1 - y0 <= 48;
  const way = straight
    ? `M ${x0} ${y0} ${turn(x0, y0, x1, y1)}`
    : `M ${x0} ${y0} ${turn(x0, y0, lane, y0 + reach)} L ${lane} ${y1 - reach} ${turn(lane, y1 - reach, x1, y1)}`;
  const activations = carried(source);
  const width =
    activations === null ? 1 : Math.max(1, (WIDEST * Number(activations)) / Number(most));
  const link = svg("path", { d: way, class: "link", "stroke-width": width.toFixed(2) });
  if (activations !== null)
    link.append(svg("title", {}, `${shapeText(source)} = ${grouped(activations)} activations`));
  return link;
}

function boxOf([place, x, y, width, height], shown, total, module) {
  const left = x - width / 2;
  const frame = { x: left, y, width, height, rx: 3 };
  const label = (text, down, name) => svg("text", { x, y: y + down, class: name }, text);
  if (place < 0) {
    const shapes = module.inputs.map((_, number) => entering(shown, state.module, number));
    const text = shapes.map((shape) => (shape ? `input ${shapeText(shape)}` : "input")).join(", ");
    const about = module.inputs.map(([path]) => path).join(", ");
    return svg(
      "g",
      {},
      svg("title", {}, `what enters: ${about}`),
      svg("rect", { ...frame, class: "box" }),
      label(shorten(text, Math.floor(width / 7)), 18, "soft"),
    );
  }
  const row = shown.rows[place];
  const layer = data.layers[place];
  const lines = row
    ? [layerText(place, row), shapeText(row), grouped(row[0] * scale)]
    : [layer.text.replace("{}", ""), "bypassed", ""];
  const share = row && total ? Number((10000n * row[0]) / total) / 10000 : 0;
  const about = [
    layer.path,
    layer.role ? `1×1 to ${layer.role}` : "",
    lines[1],
    row
      ? `${lines[2]} ${data.unit}, ${grouped(row[1])} parameters, ${(100 * share).toFixed(1)} % of the module`
      : "",
  ];
  const fits = (text) => shorten(text, Math.floor(width / 7.4));
  const texts =
    height < 40
      ? [label(fits(`${lines[0]}  ${lines[1]}`), 18, "soft")]
      : [
          label(fits(row ? fullText(place, row) : lines[0]), 19, "name"),
          label(fits(lines[1]), 36, ""),
          label(row && row[0] ? lines[2] : "", 52, "soft"),
        ];
  const changed = controls.some((one) => isChanged(one) && one.layers.includes(layer.path));
  return svg(
    "g",
    { class: `${row ? "" : "bypassed"} ${changed ? "changed" : ""}` },
    svg("title", {}, about.filter(Boolean).join("\n")),
    svg("rect", { ...frame, class: "box" }),
    svg("rect", { ...frame, width: Math.max(0, width * share), class: "tint" }),
    svg("rect", { ...frame, class: "frame" }),
    ...texts,
  );
}

// A branch's name stands beside the first link of the branch, at its left: over the box or, where
// it is longer, further out.
function branchNames(module, boxes) {
  const named = new Set();
  const texts = [];
  let left = 0; // where the drawing begins
  for (const place of own(module)) {
    const branch = data.layers[place].branch;
    if (branch === null || named.has(branch)) continue;
    named.add(branch);
    const [, x, y, width] = boxes.get(place);
    const name = shorten(branch, 20);
    const start = Math.min(x - width / 2, x - WIDEST / 2 - 5 - LETTER * name.length);
    left = Math.min(left, start);
    texts.push(svg("text", { x: start, y: y - 7, class: "branch" }, name));
  }
  return [texts, left];
}
