// What makes and finds elements.

export const byId = (id) => document.getElementById(id);


export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(name, attributes, ...inner) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inner);
  return made;
}

// Whether this is a copy that a browser saved of a page as it was seen: what the scripts made is
// there already, and cannot be made again. It says so, and nothing can be set.
export function isCopy() {
  if (!document.documentElement.dataset.ready) return false;
  for (const one of document.querySelectorAll("button, input, select")) one.disabled = true;
  const said = "This is a copy of the page as it was seen; to change it, open the file that flopcount wrote.";
  document.querySelector("header").append(element("p", { className: "error", textContent: said }));
  return true;
}
