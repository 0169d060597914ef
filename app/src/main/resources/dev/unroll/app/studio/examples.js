/* Models that answer examples: chosen from the data that they were trained on, typed or pasted. */
/* global make */
import { ofRun, tell } from "./ask.js";
import { button, calmly, fill, figures, forget, message, sections } from "./views.js";
import { answered } from "./answers.js";

const what = {
  numbers: columns => "Choose an example of its data, or paste numbers: a row a step"
    + (columns > 1 ? ` with ${columns} numbers, separated by commas, tabs or spaces.` : "."),
  symbols: () => "Choose an example of its data, or type an input; the page shows what the model answers, and what"
    + " counted for it."
};

export async function showExamples(box, name, model, here) {
  const text = make("textarea", { rows: 4, "aria-label": "the input", spellcheck: "false", maxlength: 500000,
    oninput: () => {
      should.textContent = "";
      soon();
    } });
  const number = make("input", { type: "number", min: 0, value: 0, "aria-label": "example", oninput: () => choose() });
  const should = make("p", { class: "soft", "aria-live": "polite" });
  const count = make("span", { class: "soft" });
  const said = message();
  const choices = make("div", { class: "next", role: "group", "aria-label": "the answers" });
  const place = make("div", { class: "panels" });
  box.append(make("p", { class: "soft" }, what[model.kind](model.columns)),
    make("div", { class: "tools" }, make("label", { class: "check" }, "Example", number), count,
      button("Next", () => step(1)), button("Another", () => step(Math.floor(Math.random() * total)))),
    text, should, make("div", { class: "tools" }, button("Answer", answer, { class: "main" }), said), choices, place);
  const soon = calmly(500, answer);
  const choose = calmly(150, example);
  let total = 1, asked = 0;

  function step(by) {
    number.value = (Number(number.value) + by) % total;
    choose();
  }

  async function example() {
    try {
      const found = await tell(ofRun(name, "/example"), { number: Number(number.value) || 0 });
      if (!here()) return;
      total = found.count;
      number.max = total - 1;
      count.textContent = `of ${total}`;
      text.value = found.input;
      should.textContent = found.target === "" ? "" : `In the data: ${found.target.slice(0, 400)}`;
      await answer();
    } catch (e) {
      if (here()) said.say(e.message, true);
    }
  }

  async function answer() {
    if (text.value.trim() === "") return;
    const mine = ++asked;
    said.say("…");
    try {
      const found = await tell(ofRun(name, "/answer"), { text: text.value });
      if (!here() || mine !== asked) return;
      said.say("");
      choices.replaceChildren(...answered(found));
      forget();
      fill(place, ...sections(found.page));
    } catch (e) {
      if (here() && mine === asked) said.say(e.message, true);
    }
  }

  await example();
}

/* All that a detector was trained on, with how odd each value is. */
export async function showDetection(box, name, _, here) {
  const said = message("The data is being judged …");
  const place = make("div", { class: "judged" });
  box.append(make("p", { class: "soft" }, "The data of the training, what the model expected at each step, and how odd"
    + " each value is; what is beyond the threshold is marked."), said, place);
  try {
    const page = await tell(ofRun(name, "/detect"));
    if (!here()) return;
    said.say("");
    forget();
    fill(place, figures(page.figures.map(one => [one.value, one.label])),
      make("div", { id: "sections" }, ...sections(page)));
  } catch (e) {
    if (here()) said.say(e.message, true);
  }
}
