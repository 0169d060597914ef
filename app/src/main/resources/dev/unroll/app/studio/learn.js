/* The chapter on vanishing gradients as pages one can act on, in English and Chinese. */
/* global make */
import { button, forget, frame } from "./views.js";
import { english } from "./words-en.js";
import { chinese } from "./words-zh.js";
import { showStructures } from "./structures.js";
import { showCliff, showMasks, showProfiles } from "./experiments.js";

const lessons = [["structures", showStructures], ["profiles", showProfiles], ["cliff", showCliff],
  ["masks", showMasks]];

export async function showLearn(box, [language], here) {
  const chosen = language ?? (localStorage.getItem("language") === "zh" ? "zh" : "en");
  const words = chosen === "zh" ? chinese : english;
  localStorage.setItem("language", chosen);
  document.documentElement.lang = chosen;
  document.title = words.title + " – Unroll Studio";
  frame(words.frame);
  forget();
  const leaves = [];
  const other = chosen === "zh" ? "en" : "zh";
  box.append(make("div", { class: "lesson-head" }, make("h1", {}, words.title),
    button(words.other, () => { location.hash = "#/learn/" + other; }, { lang: other })),
  make("p", { class: "soft" }, words.about),
  make("nav", { class: "links", "aria-label": words.contents }, ...lessons.map(([key]) =>
    button(words[key].title, () => document.getElementById(key).scrollIntoView(), { class: "sort" }))));
  for (const [key, show] of lessons) {
    const place = make("div");
    box.append(make("section", { class: "lesson", id: key }, make("h2", {}, words[key].title),
      ...words[key].text.map(text => make("p", {}, text)), place));
    const leave = await show(place, words[key], here);
    if (leave) leaves.push(leave);
    if (!here()) break;
  }
  return () => leaves.forEach(leave => leave());
}
