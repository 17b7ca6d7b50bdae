// The state as the part of an address after its #, and back: what a reload and a shared link keep.

import { namesIn } from "../table/columns.js";
import { shorten } from "../numbers.js";
import { isChanged, readValue, shownValue, startsOf } from "./settings.js";

const PLAIN = { "%2F": "/", "%3A": ":", "%2C": ",", "%C3%97": "×", "%40": "@" };

const ON = "on"; // of a switch; its name alone a browser takes for a place to scroll to
const LONGEST = 80; // letters of what is said of a word that is not understood

const encoded = (text) =>
  encodeURIComponent(text).replace(/%2F|%3A|%2C|%C3%97|%40/g, (sign) => PLAIN[sign]);

// Only what differs from the page as it opens: `first` is the state that it opens with.
export function written(network, state, first) {
  const words = network.controls
    .filter((control) => isChanged(control, state))
    .map((control) => [control.name, shownValue(control, state.values[control.name])]);
  if (state.naive) words.push(["naive", ON]);
  if (state.module !== first.module) words.push(["module", state.module.name]);
  if (state.whole) words.push(["whole", ON]);
  if (state.columns) words.push(["columns", state.columns.join(",")]);
  return words.map(([name, text]) => `${encoded(name)}=${encoded(text)}`).join("&");
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a % that is none of an address: what it names is not known
  }
}

// A state from what stands in an address, and in `problems` what of it is not to be understood.
export function restored(network, text, first) {
  const state = { ...first, values: startsOf(network) };
  const problems = [];
  const controls = new Map(network.controls.map((control) => [control.name, control]));
  const wrong = (said) => problems.push(shorten(said, LONGEST));
  const flag = (name, given) => {
    if (given === "" || given === ON) state[name] = true;
    else wrong(`${name}=${given}: it can only be ${ON}`);
  };
  for (const word of text.split("&").filter(Boolean)) {
    const [name, ...rest] = word.split("=").map(decoded);
    const given = rest.join("=");
    const control = controls.get(name);
    if (control) {
      const { value, error } = readValue(control, given);
      if (error) wrong(`${name}=${given}: ${error}`);
      else state.values[name] = value;
    } else if (name === "naive" && network.whatIfs?.naive) flag(name, given);
    else if (name === "whole" && "whole" in first) flag(name, given);
    else if (name === "columns" && "columns" in first) {
      const { known, unknown } = namesIn(network, given);
      if (known.length) state.columns = known;
      for (const one of unknown) wrong(`there is no column ${one}`);
    } else if (name === "module") {
      const module = network.modules.find((one) => one.name === given);
      if (module) state.module = module;
      else wrong(`there is no module ${given}`);
    } else wrong(name ? `there is no ${name} here` : `=${given} has no name`);
  }
  return { state, problems };
}
