// Names of files, and colours that every program can read.

const LONGEST = 80; // letters of a name

// Some names as one, of letters that every system takes: googlenet-3a.svg.
export function fileName(parts, ending) {
  const plain = parts
    .join("-")
    .normalize("NFKD")
    .replaceAll("×", "x")
    .replace(/[^\w.]+/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "")
    .slice(0, LONGEST);
  return `${plain || "network"}.${ending}`;
}

// A colour as browsers compute it, `rgb(255, 128, 0)` or, a mixed one, `color(srgb 1 0.5 0)`, in
// hexadecimal; what is none as it is.
export function plainColour(value) {
  const mixed = /^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)\)$/.exec(value);
  const plain = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(value);
  if (!mixed && !plain) return value;
  const parts = mixed ? mixed.slice(1).map((share) => Math.round(255 * share)) : plain.slice(1).map(Number);
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
