// Rows as CSV, as the command line writes it.

const RUNS = /^[' ]*[=+@\t\r\n＝＋－＠-]/; // what a spreadsheet takes for a formula
const NUMBER = /^[-+]?[0-9.,]+ ?[%×KMB]?$/;
const UNSEEN = /(?! )[\p{C}\p{Z}]/gu;

// What does not print as an escape, as Python has it.
function escaped(sign) {
  const known = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[sign];
  if (known) return known;
  const code = sign.codePointAt(0).toString(16);
  if (code.length <= 2) return `\\x${code.padStart(2, "0")}`;
  return code.length <= 4 ? `\\u${code.padStart(4, "0")}` : `\\U${code.padStart(8, "0")}`;
}

// A cell on one line; what would run as a formula has an apostrophe before it, and so has what has
// one there already: two texts that differ stay two.
function plainCell(text) {
  const runs = RUNS.test(text) && !NUMBER.test(text);
  const seen = (runs ? `'${text}` : text).replace(UNSEEN, escaped);
  return /[",]/.test(seen) ? `"${seen.replaceAll('"', '""')}"` : seen;
}

// Texts row by row, as one text.
export const csvText = (rows) =>
  rows.map((row) => `${row.map(plainCell).join(",")}\n`).join("");

const PLACES = ["grain", "module", "branch", "layer"];

function placesOf({ grain, name, layers: [layer] }) {
  const module = layer.module.name;
  if (grain === "module") return [grain, name, "", ""];
  return grain === "branch"
    ? [grain, module, name, ""]
    : [grain, module, layer.branch ?? "", name];
}

// Some parts of a network row by row, each with its place and its cells, and the total.
export function csvRows(parts, columns, cellsOfPart, total) {
  const plain = (cells) => cells.map((cell) => cell.plain);
  return [
    [...PLACES, ...columns.map(({ name }) => name)],
    ...parts.map((part) => [...placesOf(part), ...plain(cellsOfPart(part))]),
    ["total", "", "", "", ...plain(total)],
  ];
}
