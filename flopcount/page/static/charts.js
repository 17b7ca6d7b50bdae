// Figures 2 to 4, by Vega-Lite. Its expressions are interpreted: the page allows no eval.

const MOST_BARS = 60;
const views = new Map();
// Vega keys plain objects with names, so what each object has already cannot be one.
const key = (name) => (name in {} ? `${name}\u200b` : name);
// The name of each colour: its branch, or "other" where it has several.
const groups = (() => {
  const branches = new Map();
  for (const { branch, colour } of data.layers)
    branches.set(colour, new Set(branches.get(colour)).add(branch ?? "outside"));
  const names = new Map();
  for (const colour of [...branches.keys()].sort()) {
    const [first, ...more] = branches.get(colour);
    let name = key(more.length ? "other" : shorten(first, 20));
    while ([...names.values()].includes(name)) name += "′"; // cut alike
    names.set(colour, name);
  }
  return names;
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
  const inside = (colour) => bar.places.filter((place) => data.layers[place].colour === colour);
  return [...groups]
    .map(([order, group]) => [group, order, of(shown.rows, inside(order))])
    .filter(([, order]) => inside(order).length)
    .map(([group, order, count]) => {
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
  const place = byId(id);
  const made = await vegaEmbed(place, { ...spec, datasets: { source: values } }, options);
  views.set(id, made.view);
  made.view.addResizeListener(() => made.view.resize().runAsync()); // a legend may have grown
  await made.view.resize().runAsync();
  place.setAttribute("role", "img"); // where Vega would have a document of marks
  place.setAttribute("aria-label", `${description}; Table 1 has the numbers`);
  place.removeAttribute("aria-roledescription");
}

function partsSpec(values) {
  const spec = structuredClone(data.charts.parts);
  spec.height = 19 * Math.max(2, new Set(values.map((value) => value.module)).size);
  const used = [...groups].filter(([, group]) => values.some((value) => value.group === group));
  spec.layer[0].encoding.color.scale = {
    domain: used.map(([, group]) => group),
    range: used.map(([colour]) => `var(--c${colour})`),
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
  byId("figures").hidden = !data.built.some(([multiplies, params]) => multiplies !== "0" || params !== "0");
  for (const [id, values, about] of figures(original)) {
    byId(id).closest("figure").hidden = !values.length;
    if (!values.length) continue;
    const spec = id === "chart-share" ? data.charts.shares : partsSpec(values);
    await embed(id, structuredClone(spec), values, about);
  }
}

// Paper is narrower than most screens: drawn anew for it, the texts of the charts keep their size.
const PAPER = { "chart-count": 335, "chart-params": 335, "chart-share": 700 }; // CSS pixels
addEventListener("beforeprint", () => {
  for (const [id, view] of views) view.width(PAPER[id]).run().resize().run(); // again for a legend that grew
});
addEventListener("afterprint", () => dispatchEvent(new Event("resize")));

function updateCharts(shown) {
  for (const [id, values] of figures(shown))
    if (views.has(id)) views.get(id).data("source", values).runAsync();
}
