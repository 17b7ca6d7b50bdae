// How wide texts are in the drawing's letters.

import { roughly } from "./fitting.js";

const SLACK = 1.03; // tabular figures may be a little wider than what a canvas measures
const MOST_KEPT = 5_000; // texts: sliders make ever new ones
const measured = new Map();

// What measures texts in the font of an element.
export function rulerOf(host) {
  const pen = document.createElement("canvas").getContext?.("2d");
  if (!pen) return roughly;
  const family = getComputedStyle(host).fontFamily;
  return (text, size, bold) => {
    const key = `${bold} ${text}`;
    if (!measured.has(key)) {
      if (measured.size > MOST_KEPT) measured.clear();
      pen.font = `${bold ? 600 : 400} 100px ${family}`;
      measured.set(key, (SLACK * pen.measureText(text).width) / 100);
    }
    return size * measured.get(key);
  };
}
