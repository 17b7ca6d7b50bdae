// What was set, step by step: undone and done again, kept in the address and taken from it.

import { byId } from "../dom.js";
import { restored, written } from "./address.js";
import { clearErrors, hasErrors, tieSides } from "./controls.js";
import { isOriginal, pastOf, startsOf } from "./settings.js";

const RESTS = 250; // ms after which a slider rests
const MOST_LISTED = 3;

function listed(problems) {
  const more = problems.length - MOST_LISTED;
  return problems.slice(0, MOST_LISTED).join("; ") + (more > 0 ? `; and ${more} more` : "");
}

// The address follows; where a browser does not let it (a page inside another), it stays.
function keepAddress(words) {
  if (words === location.hash.slice(1)) return;
  try {
    history.replaceState(null, "", words ? `#${words}` : location.pathname + location.search);
  } catch {
    // what is shown does not depend on it
  }
}

// The link over what stands before the table goes there, and leaves the address to the state.
function listenToSkip() {
  const link = document.querySelector(".skip");
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const target = byId(link.hash.slice(1));
    target.tabIndex = -1;
    target.scrollIntoView();
    target.focus({ preventScroll: true });
  });
}

// The steps from the state that a page opens with, `first`; `show` is called after each.
export function stepsOf(network, state, first, show) {
  let past = pastOf(state);
  let waiting = null;
  const sayProblems = (problems) => {
    byId("address").textContent = problems.length
      ? `The address was not understood in all: ${listed(problems)}.`
      : "";
    byId("address").hidden = !problems.length;
  };
  const takeAddress = () => {
    const { state: found, problems } = restored(network, location.hash.slice(1), first);
    Object.assign(state, found);
    clearErrors();
    sayProblems(problems);
  };
  // What is wrong in a field is taken back first; only then what was set before.
  const on = (id, go) =>
    byId(id).addEventListener("click", () => {
      const wasWrong = hasErrors();
      clearErrors();
      sayProblems([]);
      go(wasWrong);
      show();
    });
  listenToSkip();
  return {
    // Take what the address says, now and whenever a user writes another.
    begin() {
      takeAddress();
      past = pastOf(state);
      addEventListener("hashchange", () => {
        takeAddress();
        past.keep();
        show();
      });
    },
    keep() {
      sayProblems([]); // the address is written anew
      past.keep();
    },
    listen() {
      on("undo", (wasWrong) => wasWrong || past.undo());
      on("redo", () => past.redo());
      on("reset", () => {
        Object.assign(state, { values: startsOf(network), naive: false });
        tieSides(network);
        past.keep();
      });
    },
    update() {
      byId("undo").disabled = !past.canUndo() && !hasErrors();
      byId("redo").disabled = !past.canRedo();
      byId("reset").disabled = isOriginal(network, state) && !hasErrors();
    },
    // Keep the state in the address; while a slider is dragged, once it rests: browsers refuse many
    // changes in a short time.
    remember(isDragged = false) {
      clearTimeout(waiting);
      const keep = () => keepAddress(written(network, state, first));
      if (isDragged) waiting = setTimeout(keep, RESTS);
      else keep();
    },
  };
}
