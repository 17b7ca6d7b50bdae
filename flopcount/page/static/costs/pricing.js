// What a network costs at some settings: a count of a layer or a shape, worked out when asked for.

import { sum } from "../numbers.js";
import { isOriginal } from "../whatif/settings.js";

// The costs behind some records: of the batch, parameters of the network. Where each module is
// priced by itself, what enters it is as in the costs `outside`.
export function costsOf(network, { layers, inputs }, batch, outside = null) {
  const known = new Map(network.counts.map(({ name }) => [name, new Map()]));
  const times = new Map(network.counts.map(({ name, grows }) => [name, grows ? batch : 1n]));
  const costs = {
    // Whether a layer is there: in the naive reading some are bypassed.
    has: (layer) => layers.has(layer.path),
    count(layer, name) {
      const found = known.get(name);
      if (!found.has(layer)) {
        const count = layers.get(layer.path)?.[name] ?? 0n;
        found.set(layer, times.get(name) * (typeof count === "bigint" ? count : count()));
      }
      return found.get(layer);
    },
    sum: (some, name) => sum(some.map((layer) => costs.count(layer, name))),
    // The shape of a layer's output; of a bypassed one's, what it passes on.
    output: (layer) => layers.get(layer.path)?.output ?? costs.input(layer, 0),
    // The shape of what a layer reads; null where it is not known.
    input(layer, port) {
      const read = layer.reads[port];
      const from = network.layers[read];
      const isInside = !outside || from?.module === layer.module;
      return (isInside ? costs : outside).shape(read);
    },
    // The shape of the result of a layer, by its index, or of what enters the network.
    shape: (read) =>
      typeof read === "string" ? (inputs.get(read) ?? null) : costs.output(network.layers[read]),
    // The same, of what enters a module.
    entering: (read) => (outside ?? costs).shape(read),
  };
  return costs;
}

// Two readings of one network, its built `costs` and the `naive`.
function readings(network, built, bare, batch) {
  const costs = costsOf(network, built, batch);
  const outside = network.reading === "figure" ? costs : null;
  return { costs, naive: costsOf(network, bare, batch, outside) };
}

// As the report was written.
export function originalOf(network) {
  return readings(network, network.built, network.naive, BigInt(network.batch));
}

// What is shown: the costs, and the same in the naive reading; with `error`, why these settings
// do not fit, the original's.
export function pricedAt(network, state, original) {
  const { live } = network;
  if (isOriginal(network, state)) return original;
  const built = live.built(state.values);
  const naive = "naive" in live ? live.naive(state.values) : built;
  if (!state.naive && built.error) return { ...original, error: built.error };
  if (naive.error) {
    const error = state.naive ? naive.error : `in the naive reading, ${naive.error}`;
    return { ...original, error };
  }
  const shown = readings(network, built, naive, state.values.batch ?? BigInt(network.batch));
  return state.naive ? { costs: shown.naive, naive: shown.naive } : shown;
}

// The text of a layer with its width as it is.
export const layerText = (layer, costs) =>
  layer.text.replace("{width}", costs.has(layer) ? costs.output(layer).at(-1) : "bypassed");
