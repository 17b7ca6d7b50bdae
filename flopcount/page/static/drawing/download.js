// A text or the drawing as a file that the reader keeps.

import { element, svg } from "../dom.js";
import { fileName, plainColour } from "../files.js";
import { rulerOf } from "./ruler.js";

const DOTS = 2; // of a PNG, to a px
const PAINTED = 16_000_000; // dots that every browser paints
const TITLE = 40; // px for the title
const NOTE = 18; // px for a note below it
// What a program draws where nothing is said.
const LOOKS = {
  fill: "#000000",
  "fill-opacity": "1",
  stroke: "none",
  "stroke-width": "1px",
  "stroke-dasharray": "none",
  "font-weight": "400",
  "text-anchor": "start",
};
const CONTROL = /[^\t\n\r\u0020-\ufffd]/g; // what no XML may hold
const INTERACTIVE = ["class", "role", "tabindex", "aria-label", "aria-hidden"];

export function saveText(text, name, type) {
  saveBlob(new Blob([text], { type: `${type};charset=utf-8` }), name);
}

function saveBlob(blob, download) {
  const href = URL.createObjectURL(blob);
  const link = element("a", { href, download });
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}

// Save what stands on the stage; `names` has the file's, part by part, and the title above it.
export async function saveDrawing(stage, names, ending) {
  const { text, width, height } = standalone(stage, names);
  const name = fileName(names.file, ending);
  if (ending === "svg") saveText(text, name, "image/svg+xml");
  else saveBlob(await painted(text, width, height), name);
}

// The drawing as the page shows it, all of it and at full size, with its looks in its elements.
// Above it stands the title and, small, a note.
function standalone({ canvas, view }, { title, note }) {
  const { width, height, labels } = view();
  const clone = canvas.cloneNode(true);
  const before = [...canvas.querySelectorAll("*")];
  [...clone.querySelectorAll("*")].forEach((one, at) => settle(one, before[at]));
  [...clone.querySelectorAll(".module")].forEach((one, at) =>
    one.setAttribute("font-size", labels[at].size),
  );
  for (const one of clone.querySelectorAll("*"))
    for (const name of INTERACTIVE) one.removeAttribute(name);
  const page = getComputedStyle(document.documentElement);
  const letters = getComputedStyle(canvas.querySelector("text"));
  const look = { "font-family": letters.fontFamily, fill: plainColour(letters.fill) };
  const top = note ? TITLE + NOTE : TITLE;
  const measure = rulerOf(canvas);
  const texts = [measure(title, 17, true), measure(note ?? "", 12, false)];
  const [wide, high] = [Math.ceil(Math.max(width, ...texts.map((one) => one + 16))), Math.ceil(height) + top];
  const root = svg(
    "svg",
    { width: wide, height: high, viewBox: `0 0 ${wide} ${high}`, "font-family": letters.fontFamily },
    svg("title", {}, title),
    svg("rect", { width: wide, height: high, fill: plainColour(page.backgroundColor) }),
    svg("text", { x: 8, y: 26, "font-size": 17, "font-weight": 600, ...look }, title),
    ...(note ? [svg("text", { x: 8, y: TITLE + 4, "font-size": 12, ...look }, note)] : []),
    svg("g", { transform: `translate(0 ${top})` }, ...clone.childNodes),
  );
  const text = new XMLSerializer().serializeToString(root).replace(CONTROL, "\ufffd");
  return { text, width: wide, height: high };
}

// What the style says of an element, said by the element.
function settle(one, before) {
  if (!["rect", "path", "text"].includes(one.localName)) return;
  const looks = getComputedStyle(before);
  for (const [name, usual] of Object.entries(LOOKS)) {
    const value = plainColour(looks.getPropertyValue(name));
    if (value === usual) one.removeAttribute(name);
    else one.setAttribute(name, value);
  }
}

async function painted(text, width, height) {
  const by = Math.min(DOTS, Math.sqrt(PAINTED / (width * height)));
  const canvas = element("canvas", { width: Math.round(by * width), height: Math.round(by * height) });
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
