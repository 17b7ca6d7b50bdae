// Figures 2 to 4, by Vega-Lite. Its expressions are interpreted: the page allows no eval.

const MOST_BARS = 60;
const COLOURS = 8;
const REST = "other";
const views = new Map();
// Vega keys plain objects with names, so what each object has already cannot be one.
const key = (name) => (name in {} ? `${name}\u200b` : name);
const groupName = (layer) => key(shorten(layer.branch ?? "outside", 20));

// The branches with a colour of their own: the costliest, and a last one for all others.
const groups = (() => {
  const weight = new Map();
  data.layers.forEach((layer, place) => {
    const name = groupName(layer);
    weight.set(name, (weight.get(name) ?? 0n) + original.rows[place][0] + original.rows[place][1]);
  });
  const names = [...weight].sort((a, b) => larger(a[1], b[1])).map(([name]) => name);
  return names.length <= COLOURS ? names : [...names.slice(0, COLOURS - 1), REST];
})();

// What has a bar: the modules; of one module, what it is made of.
const barred = roots.length === 1 ? children[roots[0]] : roots;

// Bars: the parts that cost something, past MOST_BARS the smallest in one; pieces: branches.
function barsOf(shown, at, factor, what) {
  const of = (rows, places) =>
    sum(places.map((place) => (rows[place] ? rows[place][at] : 0n))) * factor;
  const bars = barred
    .map((place) => ({ name: parts[place].name, places: parts[place].layers }))
    .filter((bar) => of(shown.rows, bar.places) || of(original.rows, bar.places));
  const size = (bar) => of(original.rows, bar.places);
  const largest = new Set(
    [...bars].sort((a, b) => larger(size(a), size(b))).slice(0, MOST_BARS - 1),
  );
  const kept = bars.length <= MOST_BARS ? bars : bars.filter((bar) => largest.has(bar));
  const rest = bars.filter((bar) => !kept.includes(bar));
  if (rest.length)
    kept.push({ name: `${rest.length} others`, places: rest.flatMap((bar) => bar.places) });
  const names = new Set();
  return kept.flatMap((bar) => {
    let name = key(cut(bar.name));
    while (names.has(name)) name += "′"; // cut alike
    names.add(name);
    return piecesOf({ ...bar, label: name }, shown, of, what);
  });
}

const cut = (name) => (name.length > 24 ? `${name.slice(0, 12)}…${name.slice(-11)}` : name);

function piecesOf(bar, shown, of, what) {
  const whole = of(shown.rows, bar.places);
  const before = of(original.rows, bar.places);
  const total =
    `${shorten(bar.name, 80)} ${grouped(whole)} ${what}` +
    (whole === before ? "" : `, originally ${grouped(before)}`);
  const name = (place) => {
    const group = groupName(data.layers[place]);
    return groups.includes(group) ? group : REST;
  };
  return groups
    .map((group, order) => [group, order, bar.places.filter((place) => name(place) === group)])
    .filter(([, , places]) => places.length)
    .map(([group, order, places]) => {
      const count = of(shown.rows, places);
      return {
        module: bar.label,
        group,
        order,
        count: Number(count),
        was: Number(before),
        moved: whole !== before,
        tip: `${total}\n${group}: ${grouped(count)}`,
      };
    });
}

function sharesSpent(shown) {
  const lines = [
    [data.unit, 0],
    ["parameters", 1],
  ].map(([what, at]) => {
    const whole = sum(shown.rows.map((row) => (row ? row[at] : 0n)));
    let spent = 0n;
    return shown.rows.flatMap((row, place) => {
      spent += row ? row[at] : 0n;
      if (!whole || !row || (!row[0] && !row[1])) return [];
      const share = Number((1000000n * spent) / whole) / 1000000;
      const tip = `${data.layers[place].path}\n${what} up to here: ${grouped(spent * (at ? 1n : scale))}, ${(100 * share).toFixed(1)} %`;
      return [{ place: place + 1, share, what, tip }];
    });
  });
  return lines.flat();
}

const tip = element("div", { id: "tip", role: "tooltip", hidden: true });

function showTip(_, event, __, text) {
  tip.hidden = !text;
  if (!text) return;
  tip.textContent = text;
  const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
  tip.style.left = `${Math.max(0, Math.min(event.clientX + 14, room))}px`;
  tip.style.top = `${event.clientY + 16}px`;
}

async function embed(id, spec, values, description) {
  const options = {
    mode: "vega-lite",
    renderer: "svg",
    ast: true,
    actions: false,
    defaultStyle: false,
    config: data.charts.config,
    tooltip: showTip,
  };
  const named = { ...spec, description, datasets: { source: values } };
  const made = await vegaEmbed(byId(id), named, options);
  views.set(id, made.view);
}

function partsSpec(values) {
  const spec = structuredClone(data.charts.parts);
  spec.height = 19 * Math.max(2, new Set(values.map((value) => value.module)).size);
  const used = groups.filter((group) => values.some((value) => value.group === group));
  spec.layer[0].encoding.color.scale = {
    domain: used,
    range: used.map((group) => (group === REST ? "var(--c7)" : `var(--c${groups.indexOf(group)})`)),
  };
  return spec;
}

const figures = (shown) => [
  ["chart-count", barsOf(shown, 0, scale, data.unit), `${data.unit} by module and branch`],
  ["chart-params", barsOf(shown, 1, 1n, "parameters"), "parameters by module and branch"],
  ["chart-share", sharesSpent(shown), `share of ${data.unit} and parameters, layer by layer`],
];

async function showCharts() {
  document.body.append(tip);
  if (barred !== roots)
    for (const word of document.querySelectorAll(".barred")) word.textContent = "branch and layer";
  byId("figures").hidden = !data.built.some(([multiplies, params]) => multiplies + params !== "00");
  for (const [id, values, about] of figures(original)) {
    byId(id).closest("figure").hidden = !values.length;
    if (!values.length) continue;
    const spec = id === "chart-share" ? data.charts.shares : partsSpec(values);
    await embed(id, structuredClone(spec), values, about);
  }
}

function updateCharts(shown) {
  for (const [id, values] of figures(shown))
    if (views.has(id)) views.get(id).data("source", values).runAsync();
}
