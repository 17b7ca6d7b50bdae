// A network as the scripts have it: what Python wrote, with objects where that has their indexes,
// but in what a layer reads and in the drawings.

const refer = (index, list) => (index === null ? null : list[index]);

const shapeOf = (texts) => texts.map(BigInt);

// A layer's record: the shape of its output, and each count that is not 0.
function recordOf({ output, ...counts }) {
  const exact = Object.entries(counts).map(([name, count]) => [name, BigInt(count)]);
  return { output: shapeOf(output), ...Object.fromEntries(exact) };
}

export const recordsOf = (written) =>
  new Map(Object.entries(written).map(([path, record]) => [path, recordOf(record)]));

// `live` prices what the controls are set to; null where nothing can be changed.
export function modelOf(data, live) {
  const { layers, modules, parts } = data;
  layers.forEach((layer, index) => Object.assign(layer, { index, module: modules[layer.module] }));
  for (const module of modules) module.layers = layers.filter((layer) => layer.module === module);
  parts.forEach((part, index) => {
    part.layers = part.layers.map((layer) => layers[layer]);
    Object.assign(part, { index, parent: refer(part.parent, parts), children: [] });
    part.parent?.children.push(part);
  });
  const inputs = Object.entries(data.inputs).map(([path, shape]) => [path, shapeOf(shape)]);
  return {
    ...data,
    live,
    whatIfs: data.live,
    roots: parts.filter((part) => part.parent === null),
    scale: BigInt(data.scale),
    controls: data.live?.controls ?? [],
    built: { layers: recordsOf(data.built), inputs: new Map(inputs) },
    naive: { layers: recordsOf(data.naive), inputs: new Map(inputs) },
  };
}
