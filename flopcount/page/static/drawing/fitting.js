// How large the letters of a drawing are, and how wide its boxes: numbers stay whole and readable.
//
// `measure(text, size, bold)` is how wide a line of text is.

export const LETTERS = { name: 14, line: 12.5, bar: 12.5, module: 13, side: 14, ratio: 19 }; // px
const FREE = 9; // px of a box's width that its texts leave free
const LEAST = 0.62; // px of a unit along: boxes at least so wide
const USUAL = 0.85; // where only a long name asks for more, no more than that
const MOST = 1.6; // where it would be cut in two lines
const SMALLER = 0.82; // of its full size, a name that makes its box no wider
const SMALLEST = 0.7; // of its full size, a text; a longer one is cut
export const NAMES = 112; // units left of a column, for the names of its modules

// Px of a unit along, at which all numbers of some scenes of one drawing have their full size.
export function alongOf(scenes, measure) {
  const cards = scenes.flatMap((scene) => scene.cards);
  const boxes = cards.filter(({ box }) => !box.bar);
  const room = (text, size, units, bold) => (measure(text, size, bold) + FREE) / units;
  const lines = boxes.flatMap(({ lines, box }) =>
    lines.map((line) => room(line, LETTERS.line, box.width, false)),
  );
  const names = boxes.map(({ name, box }) => room(name, SMALLER * LETTERS.name, box.width, true));
  const pairs = boxes.map(({ name, box }) => (inTwo(name, measure) + FREE) / box.width);
  const bars = cards
    .filter(({ box }) => box.bar)
    .map((card) => room(barText(card), SMALLER * LETTERS.bar, card.box.width, false));
  const modules = scenes[0].drawing.panels.map(({ name }) =>
    room(name, SMALLER * LETTERS.module, NAMES, true),
  );
  const soft = [...names, ...bars, ...modules].map((units) => Math.min(USUAL, units));
  const whole = pairs.map((units) => Math.min(MOST, units));
  return Math.max(LEAST, ...lines, ...soft, ...whole);
}

// How wide a name is at its smallest in two lines; 0 where it has one word.
function inTwo(name, measure) {
  const words = name.split(" ");
  const wide = (part) => measure(part.join(" "), SMALLEST * LETTERS.name, true);
  const breaks = words.slice(1).map((_, at) => [words.slice(0, at + 1), words.slice(at + 1)]);
  return breaks.length ? Math.min(...breaks.map((both) => Math.max(...both.map(wide)))) : 0;
}

export const barText = ({ name, lines }) => [name, ...lines].join(" ");

// A number and its size in a room: as small as it must be, and never cut.
export function shrunk(text, size, room, measure) {
  return { text, size: size * Math.min(1, room / measure(text, size, false)) };
}

// A text and its size in a room: smaller where it must be, and cut in the middle where that is not
// enough; its `tail` stays.
export function fitted(text, size, room, bold, measure, tail = "") {
  const wide = measure(text + tail, size, bold);
  if (wide <= room) return { text: text + tail, size };
  const smaller = size * Math.max(SMALLEST, room / wide);
  if (measure(text + tail, smaller, bold) <= 1.01 * room) return { text: text + tail, size: smaller };
  let stay = Math.min(text.length, 200);
  const cut = () => {
    const end = Math.floor(stay / 2);
    return `${text.slice(0, stay - end)}…${end ? text.slice(-end) : ""}${tail}`;
  };
  while (stay > 1 && measure(cut(), smaller, bold) > room) stay -= 1;
  return { text: cut(), size: smaller };
}

// A name in a room: in one line, or, where that would be cut, broken between words into two.
export function broken(name, size, room, measure) {
  const whole = fitted(name, size, room, true, measure);
  const words = name.split(" ");
  if (whole.text === name || words.length < 2) return [whole];
  const fits = (count) =>
    measure(words.slice(0, count).join(" "), SMALLEST * size, true) <= room;
  let first = words.length - 1;
  while (first > 1 && !fits(first)) first -= 1;
  return [words.slice(0, first), words.slice(first)].map((part) =>
    fitted(part.join(" "), SMALLEST * size, room, true, measure),
  );
}

// About how wide a text is, where there is nothing to measure it with.
export const roughly = (text, size, bold) => (bold ? 0.66 : 0.6) * size * text.length;
