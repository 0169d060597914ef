/* The studio: which view is shown, by the address after #. */
/* global make */
import { english } from "./words-en.js";
import { fill, forget, frame, message } from "./views.js";
import { showRuns } from "./runs.js";
import { showCompare } from "./compare.js";
import { showRun } from "./run.js";
import { showPlay } from "./play.js";
import { showXray } from "./xray.js";
import { showLearn } from "./learn.js";

const views = { runs: showRuns, compare: showCompare, run: showRun, play: showPlay, xray: showXray,
  learn: showLearn };
const box = document.getElementById("view");
let leave = null, shown = 0;

async function show() {
  const [, name = "runs", ...rest] = location.hash.split("/");
  const view = views[name] ?? showRuns;
  leave?.();
  leave = null;
  forget();
  document.title = "Unroll Studio";
  document.documentElement.lang = "en";
  frame(english.frame);
  const mine = ++shown;
  for (const link of document.querySelectorAll(".bar nav a")) {
    const here = link.hash.split("/")[1];
    const on = here === name || here === "runs" && ["compare", "run", "xray"].includes(name);
    if (on) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const place = make("div");
  box.replaceChildren(place);
  try {
    const left = await view(place, rest.map(decodeURIComponent), () => mine === shown);
    if (mine === shown) leave = left ?? null;
    else left?.();
  } catch (e) {
    if (mine === shown) fill(place, message(e.message, true));
    if (!(e instanceof Error) || e.name !== "Error") throw e;
  }
}

addEventListener("hashchange", () => {
  show();
  box.focus({ preventScroll: true });
  scrollTo(0, 0);
});
document.querySelector(".skip").addEventListener("click", event => {
  event.preventDefault();
  box.focus();
});
show();
