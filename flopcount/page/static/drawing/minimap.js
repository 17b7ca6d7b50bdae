// All of a drawing, small, with the part that is seen as a frame that can be dragged.

import { svg } from "../dom.js";

const WIDE = 168; // px, at most
const HIGH = 110;
const SHARE = 0.3; // of the stage's width, at most

// `onMove` is told the point of the drawing that shall be in the middle.
export function buildMinimap(onMove) {
  const frame = svg("rect", { class: "seen" });
  const root = svg("svg", { class: "minimap", "aria-hidden": true });
  let size = null;
  const move = (event) => {
    const { left, top, width } = root.getBoundingClientRect();
    const by = size.width / width;
    onMove({ x: (event.clientX - left) * by, y: (event.clientY - top) * by });
  };
  root.addEventListener("pointerdown", (event) => {
    root.setPointerCapture(event.pointerId);
    event.preventDefault();
    move(event);
  });
  root.addEventListener("pointermove", (event) => {
    if (root.hasPointerCapture(event.pointerId)) move(event);
  });

  function draw(view) {
    size = view;
    const small = ({ x, y, width, height }, name) => svg("rect", { x, y, width, height, class: name });
    root.setAttribute("viewBox", `0 0 ${view.width} ${view.height}`);
    root.replaceChildren(
      ...view.grounds.map((place) => small(place, "ground")),
      ...view.boxes.map(({ place, kernel }) => {
        const box = small(place, kernel === null ? "joint" : "face");
        if (kernel !== null) box.setAttribute("fill", `var(--k${kernel})`);
        return box;
      }),
      frame,
    );
  }

  // `seen` is the rectangle that is seen.
  function update(seen, room, isHidden) {
    const by = Math.min(Math.min(WIDE, SHARE * room.width) / size.width, HIGH / size.height);
    root.setAttribute("width", (by * size.width).toFixed(1));
    root.setAttribute("height", (by * size.height).toFixed(1));
    root.classList.toggle("all", isHidden);
    for (const [name, value] of Object.entries(seen)) frame.setAttribute(name, value.toFixed(1));
    frame.setAttribute("stroke-width", (2 / by).toFixed(1));
  }

  return { root, draw, update };
}
