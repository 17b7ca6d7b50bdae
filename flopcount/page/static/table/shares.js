// The shares of a tree's parts, in tenths of a percent.

import { shares, sum } from "../numbers.js";

// They sum to 1000 among modules, among layers, and among branches; there the layers outside the
// branches of a module are one more, and come last in it. `countOf` is what is shared.
export function sharesOf(roots, parts, countOf) {
  const found = new Map(parts.map((part) => [part, null]));
  const give = (some) =>
    shares(some.map(({ count }) => count)).forEach((share, index) => {
      if (some[index].part) found.set(some[index].part, share);
    });
  const counted = (part) => ({ part, count: countOf(part) });
  const isBranch = (part) => part.grain === "branch";
  give(roots.map(counted));
  give(
    roots.flatMap(({ children }) => {
      const outside = children.filter((child) => !isBranch(child));
      const count = sum(outside.map(countOf));
      return [...children.filter(isBranch).map(counted), { part: null, count }];
    }),
  );
  const leaves = parts.filter((part) => part.grain === "layer");
  give(leaves.sort((a, b) => a.layers[0].index - b.layers[0].index).map(counted));
  return found;
}
