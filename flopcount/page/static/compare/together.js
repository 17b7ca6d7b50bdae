// Several networks as one: the controls that they share, those of each one's modules, and what each
// network is set to.

import { recordsOf } from "../costs/model.js";
import { shorten } from "../numbers.js";
import { shownValue } from "../whatif/settings.js";

const COUNTS = [
  { name: "multiplies", grows: true },
  { name: "params", grows: false },
];
const SHARED = ["side", "classes", "multiplier"];
const MOST_NAMED = 3; // networks in what is said of a control

// A network's name in the label of a control: a spec may be long.
const called = ({ name }) => shorten(name, 40);

function networkOf(written, index, live) {
  const { live: whatIfs, layers, built } = written;
  return {
    ...written,
    index,
    live,
    counts: COUNTS,
    controls: whatIfs?.controls ?? [],
    hasNaive: Boolean(whatIfs?.naive),
    layers: layers.map((layer) => ({ ...layer })),
    built: { layers: recordsOf(built), inputs: new Map() },
  };
}

// One control for those of one name, within the bounds that all of them allow; null where none is.
function sharedOf(name, owners, count) {
  const all = owners.map((network) => network.controls.find((control) => control.name === name));
  const low = Math.max(...all.map((control) => control.low));
  const high = Math.min(...all.map((control) => control.high));
  if (low > high) return null;
  const values = all.map((control) => shownValue(control, BigInt(control.start)));
  const each = owners.map((network, index) => `${called(network)} ${values[index]}`);
  const apart = [...new Set(values)];
  const start = apart.length === 1 ? all[0].start : null;
  const isShort = owners.length <= MOST_NAMED;
  const starts = (start === null && isShort ? each : apart).join(", ");
  const names = isShort ? owners.map(called).join(", ") : `${owners.length} networks`;
  const label = owners.length < count ? `${all[0].label} of ${names}` : all[0].label;
  return { ...all[0], label, low, high, start, starts, modules: [], owners };
}

// A width of one network, under a name that no other has.
const ownOf = (network) => (control) => ({
  ...control,
  name: `${network.index + 1}:${control.name}`,
  title: `${control.name} of ${called(network)}`,
  modules: control.modules.map((module) => `${network.index + 1}:${module}`),
});

// Networks side by side, from what Python wrote and what prices each, which is null for some.
export function togetherOf(data, lives) {
  const networks = data.networks.map((one, index) => networkOf(one, index, lives[index]));
  const names = new Set();
  for (const { controls } of networks)
    for (const { name, kind } of controls) if (SHARED.includes(kind)) names.add(name);
  const shared = [...names].map((name) => {
    const owners = networks.filter(({ controls }) =>
      controls.some((control) => control.name === name && SHARED.includes(control.kind)),
    );
    return sharedOf(name, owners, networks.length);
  });
  const order = ({ kind }) => SHARED.indexOf(kind);
  const kept = shared.filter(Boolean).sort((a, b) => order(a) - order(b));
  const own = networks.flatMap((network) =>
    network.controls.filter(({ kind }) => kind === "width").map(ownOf(network)),
  );
  const modules = networks.flatMap((network) => {
    const mine = new Set(network.controls.flatMap((control) => control.modules));
    const all = [...new Set(network.layers.map(({ module }) => module))];
    return all.filter((module) => mine.has(module)).map((module) => ({
      name: `${network.index + 1}:${module}`,
      title: `${module} of ${called(network)}`,
      module,
      network,
    }));
  });
  const naive = networks.some(({ hasNaive }) => hasNaive);
  return { ...data, networks, controls: [...kept, ...own], modules, whatIfs: { naive } };
}

// What a network is set to: a control of all has no say in it until it is set.
export function valuesOf(network, state) {
  const entries = network.controls.map((control) => {
    const { name, kind, start } = control;
    const key = SHARED.includes(kind) ? name : `${network.index + 1}:${name}`;
    return [name, state.values[key] ?? BigInt(start)];
  });
  return Object.fromEntries(entries);
}

// Whether a network is as it was written.
export function isUntouched(network, state) {
  const values = valuesOf(network, state);
  const isSame = network.controls.every(({ name, start }) => values[name] === BigInt(start));
  return isSame && !(state.naive && network.hasNaive);
}

// The same comparison on the command line; empty where a network has no word there.
export function comparingCommand({ networks }, state) {
  if (!networks.every(({ typed }) => typed)) return "";
  const isCounted = networks.some(({ live }) => live.aux);
  const words = networks.map((network) =>
    network.live.reference(valuesOf(network, state), state.naive && network.hasNaive, isCounted),
  );
  return ["flopcount", "compare", ...words, ...(isCounted ? ["--aux"] : [])].join(" ");
}
