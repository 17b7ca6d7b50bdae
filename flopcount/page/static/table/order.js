// Which rows of a tree of parts are seen, and in which order: those that stand open, and are found.

const TEXTS = ["part", "layers"]; // columns that sort from A to Z first

export const folded = (text) => text.toLowerCase().replaceAll("×", "x").replace(/\s+/g, " ").trim();

// Sorting after a click on the head of a column: one way, the other, then the tree's own order.
export function sortedBy({ key, down }, name) {
  const first = !TEXTS.includes(name);
  if (key !== name) return { key: name, down: first };
  return down === first ? { key, down: !down } : { key: null, down: false };
}

// How two parts compare by their keys, which are texts or numbers; dashes, null, come last.
export function comparing(keyOf, down) {
  return (part, other) => {
    const [a, b] = [keyOf(part), keyOf(other)];
    if (a === b) return part.index - other.index;
    if (a === null || b === null) return a === null ? 1 : -1;
    const before = typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) < 0 : a < b;
    return before !== down ? -1 : 1;
  };
}

// Each part in its place, `isShown` where all above stand open, `isFound` where it matches the query
// or stands above or below what does, and `isOpened`. `compare` is null for the own order.
export function arranged(roots, { query, wordsOf, isOpen, compare }) {
  const matching = new Set();
  const matchingBelow = new Set(); // parts with a match among their children, or below those
  const match = (part) => {
    if (wordsOf(part).includes(query)) matching.add(part);
    part.children.forEach(match);
    if (part.children.some((child) => matching.has(child) || matchingBelow.has(child)))
      matchingBelow.add(part);
  };
  roots.forEach(match);
  const rows = [];
  const sorted = (some) => (compare ? [...some].sort(compare) : some);
  const visit = (part, isShown, matchesAbove) => {
    const isFound = matching.has(part) || matchingBelow.has(part) || matchesAbove;
    const isOpened = isOpen(part) || (query !== "" && matchingBelow.has(part));
    rows.push({ part, isShown, isFound, isOpened });
    for (const child of sorted(part.children))
      visit(child, isShown && isOpened, matchesAbove || matching.has(part));
  };
  for (const root of sorted(roots)) visit(root, true, false);
  return { rows, matches: matching.size };
}
