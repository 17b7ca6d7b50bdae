// The columns of Table 1: which there are, which are shown, and what stands in each.

// All columns that can be chosen, the usual ones first; the names are those of a CSV. Where no layer
// is bypassed, there is nothing naive. A count has `of(shown, layers)`, which works it out.
export function columnsOf(network) {
  const { measure, unit, scale, counts, bypasses, masked } = network;
  const multiplies = (reading) => (shown, layers) =>
    shown[reading].sum(layers, "multiplies") * scale;
  const counted = ({ name, title, unit: what, sums = name, times = 1 }) => ({
    ...{ name, title, unit: what, kind: "count", changes: true },
    of: (shown, layers) => shown.costs.sum(layers, sums) * BigInt(times),
  });
  const naive = [
    { name: `naive_${measure}`, title: `naive ${unit}`, kind: "count", of: multiplies("naive") },
    { name: "saved", title: "saved", kind: "ratio" },
  ];
  const unpadded = {
    ...{ name: `${measure}_unpadded`, title: `${unit} unpadded`, kind: "count", changes: true },
    of: (shown, layers) => shown.costs.sum(layers, "multiplies_unpadded") * scale,
  };
  const usual = [
    { name: "layers", title: "layers", kind: "text" },
    { name: "output", title: "output", kind: "shape" },
    { name: measure, title: unit, kind: "count", of: multiplies("costs"), changes: true },
    ...(masked ? [unpadded] : []),
    { name: "share_percent", title: "share", kind: "share" },
    counted({ name: "params", title: "params", unit: "parameters" }),
    ...(bypasses ? naive : []),
  ].map((column) => ({ ...column, usual: true }));
  const more = counts.filter(({ name }) => !usual.some((column) => column.name === name));
  return [...usual, ...more.map(counted)].map((column, rank) => ({ ...column, rank }));
}

export const usualNames = (columns) => columns.filter(({ usual }) => usual).map(({ name }) => name);

// The columns that a page opens with: the usual ones, or the counts that were asked for, where the
// command line has them.
export const openingNames = (network, columns) =>
  network.columns.length ? ["layers", "output", ...network.columns] : usualNames(columns);

// The names in a text, each once: those of columns, and others.
export function namesIn(network, text) {
  const names = [...new Set(text.split(",").filter(Boolean))];
  const isKnown = (name) => columnsOf(network).some((column) => column.name === name);
  return {
    known: names.filter(isKnown),
    unknown: names.filter((name) => !isKnown(name)),
  };
}

// The names with one more, or one less: what is added stands where the list of all has it.
export function toggled(columns, names, name) {
  if (names.includes(name)) return names.filter((one) => one !== name);
  const rank = new Map(columns.map((column) => [column.name, column.rank]));
  const later = names.findIndex((one) => rank.get(one) > rank.get(name));
  const at = later < 0 ? names.length : later;
  return [...names.slice(0, at), name, ...names.slice(at)];
}

// The same with the first count before what is not counted: where there is little room.
export function countFirst(columns, names) {
  const counts = columns.filter(({ kind }) => kind === "count").map(({ name }) => name);
  const first = names.find((name) => counts.includes(name));
  return first ? [first, ...names.filter((name) => name !== first)] : names;
}

// The columns with these names, after each that changes one of its changes.
export function withChanges(columns, names) {
  const named = new Map(columns.map((column) => [column.name, column]));
  return names.flatMap((name) => {
    const column = named.get(name);
    const change = { name: `${name}_change`, title: "change", kind: "change", changed: column };
    return column.changes ? [column, change] : [column];
  });
}
