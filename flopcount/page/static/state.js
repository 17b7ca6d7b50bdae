// What the page shows: the report as it was written, and what the sliders make of it.

const data = JSON.parse(document.getElementById("data").textContent);
const counts = (row) => row && row.map(BigInt);
const original = { rows: data.built.map(counts), naive: data.naive.map(counts) };
const controls = data.live ? data.live.controls : [];
const starts = Object.fromEntries(controls.map((control) => [control.name, BigInt(control.start)]));
const state = { values: { ...starts }, naive: false, module: 0 };

const places = new Map(data.layers.map((layer, place) => [layer.path, place]));

const isChanged = (control) => state.values[control.name] !== starts[control.name];
const isOriginal = () => !state.naive && !controls.some(isChanged);

const byId = (id) => document.getElementById(id);

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// What is shown now: a row per layer, null where it is bypassed; or `error`, why nothing fits.
function priced() {
  if (isOriginal()) return original;
  const built = live.built(state.values);
  const naive = "naive" in live ? live.naive(state.values) : built;
  if (!state.naive && typeof built === "string") return { ...original, error: built };
  if (typeof naive === "string") {
    const error = state.naive ? naive : `in the naive reading, ${naive}`;
    return { ...original, error };
  }
  const inputs = state.naive ? live.naive_inputs(state.values) : live.inputs(state.values);
  return { rows: state.naive ? naive : built, naive, inputs };
}

// The shape that a module reads from outside, as a row; null where nothing is known of it.
function entering(shown, module, number) {
  const [path, shape] = data.modules[module].inputs[number];
  if (places.has(path)) return shapeOf(shown, places.get(path));
  const now = shown.inputs ? shown.inputs[data.live.inputs.indexOf(path)] : shape.map(BigInt);
  return now ? [0n, 0n, ...now] : null;
}

// The row of a layer; of a bypassed one, what it passes on.
function shapeOf(shown, place) {
  if (shown.rows[place]) return shown.rows[place];
  const module = data.layers[place].module;
  const link = (data.modules[module].links ?? []).find((one) => one[2] === place);
  if (!link) return null;
  return link[0] >= 0 ? shapeOf(shown, link[0]) : entering(shown, module, link[1]);
}

const scale = BigInt(data.scale) * BigInt(data.batch);

// A part's sums: its count in the report's unit, parameters, and the count in the naive reading.
function costOf(layers, shown) {
  const of = (rows, at) => sum(layers.map((place) => (rows[place] ? rows[place][at] : 0n)));
  return {
    count: of(shown.rows, 0) * scale,
    params: of(shown.rows, 1),
    naive: of(shown.naive, 0) * scale,
  };
}

const layerText = (place, row) => data.layers[place].text.replace("{}", row ? row[4] : "bypassed");

// With its role, as the drawing has it.
function fullText(place, row) {
  const { role } = data.layers[place];
  return layerText(place, row) + (role && row ? ` ${role}` : "");
}
