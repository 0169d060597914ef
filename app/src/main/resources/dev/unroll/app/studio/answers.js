/* Models that answer a text, with what counted, and forecasts with their bands. */
/* global make, percent */
import { ofRun, tell } from "./ask.js";
import { button, calmly, fill, message, sections, slider, forget } from "./views.js";

const words = {
  classify: ["Classify", "Type a text; the page shows its class, and which parts of the text counted."],
  transduce: ["Write", "Type a text; the model writes its answer, and where it looked for each symbol. Answers"
    + " stand in the order of their scores, which favor longer ones a little."],
  tag: ["Tag", "Type a sentence; each word gets its tag."]
};

export function showAnswers(box, name, model, here) {
  const [verb, what] = words[model.kind];
  const text = make("textarea", { rows: 3, "aria-label": "the text", maxlength: 5000, oninput: () => soon() });
  const said = message();
  const choices = make("div", { class: "next", role: "group", "aria-label": "the answers" });
  const place = make("div", { class: "panels" });
  box.append(make("p", { class: "soft" }, what), text,
    make("div", { class: "tools" }, button(verb, answer, { class: "main" }), said), choices, place);
  const soon = calmly(500, answer);

  async function answer() {
    if (text.value.trim() === "") return;
    said.say("…");
    try {
      const found = await tell(ofRun(name, "/answer"), { text: text.value });
      if (!here()) return;
      said.say("");
      show(found);
    } catch (e) {
      if (here()) said.say(e.message, true);
    }
  }

  function show(found) {
    choices.replaceChildren(...answered(found));
    forget();
    fill(place, ...sections(found.page));
  }
}

/* An answer in words: the tags of an input, or the answer with what else was probable. */
export function answered(found) {
  if (found.tags) {
    return [make("p", { class: "tagged" }, ...found.tags.flatMap(([token, tag, p]) =>
      [make("span", { class: tag === "O" ? "tag none" : "tag", title: percent(p) }, token,
        make("small", {}, tag)), " "]))];
  }
  return [make("p", { class: "answer" }, found.answer), ...found.choices.map(([label, p]) => {
    const bar = make("i");
    bar.style.width = Math.max(0.5, 100 * p) + "%";
    return make("div", { class: "bar-row" }, make("span", { class: "token" }, label),
      make("span", { class: "track" }, bar), make("span", { class: "value" }, percent(p)));
  })];
}

export async function showForecast(box, name, _, here) {
  const said = message();
  const place = make("div", { class: "panels" });
  const from = slider("Forecast from", { min: 0, max: 1, step: 0.002, value: 1, shown: v => percent(v) },
    calmly(150, move));
  box.append(make("p", { class: "soft" }, "Move along the data: the forecast uses what lies before the place,"
    + " and what came is drawn over it."), make("div", { class: "tools" }, from, said), place);

  async function move(share) {
    if (!place.firstChild) said.say("The data is being read …");
    try {
      const found = await tell(ofRun(name, "/forecast"), { from: share });
      if (!here()) return;
      said.say(`from step ${found.origin} of ${found.steps}, ${found.horizon} ahead`);
      forget();
      fill(place, ...sections(found.page));
    } catch (e) {
      if (here()) said.say(e.message, true);
    }
  }

  await move(1);
}
