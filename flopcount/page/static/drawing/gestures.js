// What a hand does on the stage: it drags, pinches with two fingers, and turns the wheel.

const STILL = 5; // px that a pointer may move and still click
const TURN = 0.0025; // of the zoom, for a px of the wheel
const LINES = 16; // px of a line, which some wheels count

// `pan(right, down)` is told px of the screen, `zoom(factor, point)` a point of the element.
export function listenToHands(element, { pan, zoom }) {
  const pointers = new Map();
  let dragged = false;
  const place = ({ clientX, clientY }) => {
    const { left, top } = element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };

  element.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    if (!pointers.size) dragged = false;
    pointers.set(event.pointerId, { first: place(event), last: place(event) });
  });

  element.addEventListener("pointermove", (event) => {
    const pointer = pointers.get(event.pointerId);
    if (!pointer) return;
    const now = place(event);
    const { first, last } = pointer;
    if (!dragged && Math.hypot(now.x - first.x, now.y - first.y) < STILL && pointers.size < 2) return;
    if (!dragged) {
      dragged = true;
      element.classList.add("dragged");
      for (const id of pointers.keys()) element.setPointerCapture(id);
    }
    pointer.last = now;
    if (pointers.size === 1) {
      pan(last.x - now.x, last.y - now.y);
      return;
    }
    const other = [...pointers].find(([id]) => id !== event.pointerId)[1].last;
    const apart = (point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    pan((last.x - now.x) / 2, (last.y - now.y) / 2);
    zoom(apart(now) / apart(last), middle);
  });

  const end = (event) => {
    pointers.delete(event.pointerId);
    if (!pointers.size) element.classList.remove("dragged");
  };
  element.addEventListener("pointerup", end);
  element.addEventListener("pointercancel", end);
  // not what a finger loses of itself when the stage takes it
  element.addEventListener("lostpointercapture", (event) => event.target === element && end(event));
  element.addEventListener(
    "click",
    (event) => {
      if (dragged) event.stopImmediatePropagation(); // what was dragged was not clicked
      dragged = false;
    },
    true,
  );
  // the browser's own zoom of the page
  element.addEventListener("touchstart", (event) => event.touches.length > 1 && event.preventDefault(), {
    passive: false,
  });
  element.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // it scrolls the page
      event.preventDefault();
      const turned = event.deltaY * (event.deltaMode ? LINES : 1);
      zoom(Math.exp(-TURN * turned), place(event));
    },
    { passive: false },
  );
}
