// Numbers as the terminal prints them; counts are BigInt throughout, since they may pass 2 ** 53.

export const DASH = "–";

const SEPARATED = new Intl.NumberFormat("en-US"); // made once: a page prints thousands

// With separators; a very large round one as a power of ten.
export function grouped(count) {
  const text = SEPARATED.format(count);
  const digits = String(count);
  const kept = digits.replace(/0+$/, "");
  if (text.length < 60 || kept.length > 12) return text;
  const raised = [...String(digits.length - kept.length)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]);
  const power = `10${raised.join("")}`;
  return kept === "1" ? power : `${grouped(BigInt(kept))}·${power}`;
}

export const shapeText = (shape) => shape.join("×");

export const shorten = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

export const sum = (counts) => counts.reduce((whole, count) => whole + count, 0n);

// How many numbers a shape has; null where none is known.
export const sizeOf = (shape) => shape && shape.reduce((size, length) => size * length, 1n);

// The order of sorting that has the larger first.
export const larger = (a, b) => (a === b ? 0 : a > b ? -1 : 1);

// Tenths of a percent that sum to 1000: those lost by rounding down go to the largest remainders.
export function shares(counts) {
  const whole = sum(counts);
  if (!whole) return counts.map(() => null);
  const tenths = counts.map((count) => Number((1000n * count) / whole));
  const lost = 1000 - tenths.reduce((a, b) => a + b, 0);
  const cut = counts.map((count, index) => ({ index, remainder: (1000n * count) % whole }));
  cut.sort((a, b) => larger(a.remainder, b.remainder) || a.index - b.index);
  for (const { index } of cut.slice(0, lost)) tenths[index] += 1;
  return tenths;
}

export const shareText = (tenths) =>
  tenths === null ? DASH : `${Math.floor(tenths / 10)}.${tenths % 10} %`;

export const saved = (naive, built) =>
  naive && built && naive !== built ? Number(naive) / Number(built) : null;

// An exact tie goes to the even digit, as in Python.
export function ratioText(ratio) {
  if (ratio === null) return DASH;
  if (ratio && ratio < 0.01) {
    const decimals = Math.min(100, 1 - Math.floor(Math.log10(ratio)));
    return `${ratio.toFixed(decimals).replace(/0+$/, "")}×`;
  }
  const down = [1, 5].includes((ratio * 8) % 8);
  const [whole, cents] = (down ? Math.floor(ratio * 100) / 100 : ratio).toFixed(2).split(".");
  return `${grouped(BigInt(whole))}.${cents}×`;
}

export const signed = (count) => (count < 0n ? `−${grouped(-count)}` : `+${grouped(count)}`);

// A relative change to a tenth of a percent, half away from zero.
export function percentText(now, before) {
  if (!before) return "new";
  const change = now - before;
  const size = change < 0n ? -change : change;
  const tenths = (2000n * size + before) / (2n * before);
  return `${change < 0n ? "−" : "+"}${grouped(tenths / 10n)}.${tenths % 10n} %`;
}
