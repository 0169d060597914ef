/* Plays with the model of a run, by what it was made for. */
/* global make */
import { ask, ofRun } from "./ask.js";
import { message } from "./views.js";
import { showWriting } from "./write.js";
import { showAnswers, showForecast } from "./answers.js";
import { showDetection, showExamples } from "./examples.js";

const plays = { text: showWriting, classify: showAnswers, transduce: showAnswers, tag: showAnswers,
  forecast: showForecast, numbers: showExamples, symbols: showExamples, detect: showDetection };
const said = { text: "writes text", classify: "classifies texts", transduce: "writes a text for a text",
  tag: "tags words", forecast: "forecasts", numbers: "answers numbers", symbols: "answers examples",
  detect: "finds odd values" };

export async function showPlay(box, [name], here) {
  if (!name) return choose(box, here);
  const model = await ask(ofRun(name, "/play"));
  document.title = `Play with ${name} – Unroll Studio`;
  box.append(make("div", { class: "view-head" }, make("h1", {}, name), make("nav", { class: "links",
    "aria-label": "Views of " + name }, make("a", { href: "#/run/" + encodeURIComponent(name) }, "Curves"),
  make("a", { href: "#/xray/" + encodeURIComponent(name) }, "X-ray"))));
  const show = plays[model.kind];
  if (!show) {
    box.append(message(model.why ?? "A model of this kind cannot be played with; its X-ray shows what it does.",
      Boolean(model.why)));
    return null;
  }
  return show(box, name, model, here);
}

async function choose(box, here) {
  const { runs } = await ask("/api/runs");
  const models = runs.filter(run => run.model).map(run => {
    const link = make("a", { href: "#/play/" + encodeURIComponent(run.name) }, run.name);
    const about = make("span", { class: "soft" }, "reading…");
    return { run, link, about, item: make("li", {}, link, about) };
  });
  box.append(make("div", { class: "view-head" }, make("h1", {}, "Play"),
    make("p", { class: "soft" }, "Choose a trained model.")),
  models.length === 0 ? message("There is no trained model here yet. Train one: unroll train shakespeare")
    : make("ul", { class: "choices" }, ...models.map(model => model.item)));
  readAll(models, here);
}

/* Reads one model after the other: those that cannot be played with say why, and are no links. */
async function readAll(models, here) {
  for (const { run, link, about } of models) {
    if (!here()) return;
    const { kind, why } = await ask(ofRun(run.name, "/play")).catch(e => ({ why: e.message }));
    if (plays[kind]) {
      about.textContent = said[kind] ?? kind;
      continue;
    }
    about.textContent = why ?? "cannot be played with; look at its X-ray";
    about.classList.toggle("bad", Boolean(why));
    link.replaceWith(make("span", {}, run.name));
  }
}
