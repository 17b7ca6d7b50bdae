// What is seen of a drawing: `x`, `y` is the left upper corner, in its px, `zoom` the screen's px
// to one of its. `room` is the screen's part, `size` the drawing's size, each { width, height }.

const MOST = 3; // times its full size

const within = (low, value, high) => Math.max(low, Math.min(high, value));

// The zoom at which all is seen; not larger than its full size.
export const fitting = (size, room) =>
  Math.min(1, room.width / size.width, room.height / size.height);

// All of it, in the middle; where it would be smaller than `least`, its top.
export const overview = (size, room, least = 0) => {
  const zoom = Math.max(least, fitting(size, room));
  return bounded({ x: (size.width - room.width / zoom) / 2, y: 0, zoom }, size, room);
};

// A camera that does not leave the drawing, nor shows it smaller than whole.
export function bounded({ x, y, zoom }, size, room) {
  const least = fitting(size, room);
  const near = within(least, zoom, Math.max(MOST, least));
  const along = (at, length, shown) =>
    shown >= length ? (length - shown) / 2 : within(0, at, length - shown);
  return {
    x: along(x, size.width, room.width / near),
    y: along(y, size.height, room.height / near),
    zoom: near,
  };
}

// Nearer or farther by a factor; the point of the screen stays over what it is over.
export function zoomed(camera, factor, point, size, room) {
  const zoom = within(fitting(size, room), camera.zoom * factor, MOST);
  const x = camera.x + point.x / camera.zoom - point.x / zoom;
  const y = camera.y + point.y / camera.zoom - point.y / zoom;
  return bounded({ x, y, zoom }, size, room);
}

// Moved by so many px of the screen.
export const panned = ({ x, y, zoom }, right, down, size, room) =>
  bounded({ x: x + right / zoom, y: y + down / zoom, zoom }, size, room);

// The nearest place from which a rectangle is seen, with a margin; of a longer one its start.
export function showing(camera, place, size, room, margin = 24) {
  const along = (at, start, length, shown) =>
    start - margin < at || length + 2 * margin > shown
      ? start - margin
      : Math.max(at, start + length + margin - shown);
  const x = along(camera.x, place.x, place.width, room.width / camera.zoom);
  const y = along(camera.y, place.y, place.height, room.height / camera.zoom);
  return bounded({ ...camera, x, y }, size, room);
}

// The rectangle of the drawing that is seen.
export const seenOf = ({ x, y, zoom }, room) => ({
  x,
  y,
  width: room.width / zoom,
  height: room.height / zoom,
});

export const seesAll = (camera, size, room) => camera.zoom <= 1.001 * fitting(size, room);
