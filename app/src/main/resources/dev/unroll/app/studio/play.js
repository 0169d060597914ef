/* Plays with the model of a run, by what it was made for. */
/* global make */
import { ask, ofRun } from "./ask.js";
import { message } from "./views.js";
import { showWriting } from "./write.js";
import { showAnswers, showForecast } from "./answers.js";

const plays = { text: showWriting, classify: showAnswers, transduce: showAnswers, tag: showAnswers,
  forecast: showForecast };

export async function showPlay(box, [name], here) {
  if (!name) return choose(box);
  const model = await ask(ofRun(name, "/play"));
  document.title = `Play with ${name} – Unroll Studio`;
  box.append(make("div", { class: "view-head" }, make("h1", {}, name), make("nav", { class: "links",
    "aria-label": "Views of " + name }, make("a", { href: "#/run/" + encodeURIComponent(name) }, "Curves"),
  make("a", { href: "#/xray/" + encodeURIComponent(name) }, "X-ray"))));
  const show = plays[model.kind];
  if (!show) {
    box.append(message("There is no play for a model of this kind; its x-ray shows what it does."));
    return null;
  }
  return show(box, name, model, here);
}

async function choose(box) {
  const { runs } = await ask("/api/runs");
  const can = runs.filter(run => run.model && run.task !== "detect" && run.task !== "examples");
  box.append(make("div", { class: "view-head" }, make("h1", {}, "Play"),
    make("p", { class: "soft" }, "Choose a trained model.")),
  can.length === 0 ? message("There is no trained model here yet. Train one: unroll train shakespeare")
    : make("ul", { class: "choices" }, ...can.map(run => make("li", {},
      make("a", { href: "#/play/" + encodeURIComponent(run.name) }, run.name),
      make("span", { class: "soft" }, run.task)))));
}
