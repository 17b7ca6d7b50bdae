// The shares of a tree's parts, in tenths of a percent.

import { shares, sum } from "../numbers.js";

// They sum to 1000 among the roots, among layers, and at each level below the roots among the modules
// or branches there; the layers beside them in what is above are one more, and come last in it.
// `countOf` is what is shared.
export function sharesOf(roots, parts, countOf) {
  const found = new Map(parts.map((part) => [part, null]));
  const give = (some) =>
    shares(some.map(({ count }) => count)).forEach((share, index) => {
      if (some[index].part) found.set(some[index].part, share);
    });
  const counted = (part) => ({ part, count: countOf(part) });
  const isInner = ({ grain }) => grain !== "layer";
  const inside = (part, level) => {
    const { children } = part;
    if (!children.length) return [{ part: null, count: countOf(part) }];
    if (part.level < level - 1) return children.flatMap((child) => inside(child, level));
    const count = sum(children.filter((child) => !isInner(child)).map(countOf));
    return [...children.filter(isInner).map(counted), { part: null, count }];
  };
  give(roots.map(counted));
  const deepest = Math.max(0, ...parts.filter(isInner).map(({ level }) => level));
  for (let level = 1; level <= deepest; level += 1)
    give(roots.flatMap((root) => inside(root, level)));
  const leaves = parts.filter((part) => part.grain === "layer");
  give(leaves.sort((a, b) => a.layers[0].index - b.layers[0].index).map(counted));
  return found;
}
