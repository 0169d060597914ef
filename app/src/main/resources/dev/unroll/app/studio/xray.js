/* The x-ray of the model of a run, with the same panels as the page of unroll xray. */
/* global make */
import { ofRun, stream } from "./ask.js";
import { button, figures, fill, forget, message, sections } from "./views.js";

export async function showXray(box, [name], here) {
  document.title = `X-ray of ${name} – Unroll Studio`;
  const time = make("input", { type: "number", min: 2, max: 2000, value: 200 });
  const example = make("input", { type: "number", min: 0, value: 0 });
  const said = message();
  const place = make("div");
  const look = button("Look", () => going ? going.abort() : measure(), { class: "main" });
  let going = null;
  box.append(make("div", { class: "view-head" }, make("h1", {}, "X-ray of " + name),
    make("nav", { class: "links", "aria-label": "Views of " + name },
      make("a", { href: "#/run/" + encodeURIComponent(name) }, "Curves"),
      make("a", { href: "#/play/" + encodeURIComponent(name) }, "Play with it"))),
  make("div", { class: "tools" }, make("label", { class: "check" }, "Steps of a text", time),
    make("label", { class: "check" }, "Example", example), look, said), place);

  async function measure() {
    going = new AbortController();
    look.textContent = "Stop";
    said.say("Measuring…");
    let page = null;
    try {
      await stream(ofRun(name, "/xray"), { time: Number(time.value) || 200,
        example: Number(example.value) || 0 }, going.signal, line => {
        if (line.seconds) said.say(`Measuring… ${line.seconds} s`);
        else page = line;
      });
      if (!here()) return;
      said.say(page.subtitle);
      forget();
      fill(place, figures(page.figures.map(one => [one.value, one.label])),
        make("ul", { id: "verdicts" }, ...page.verdicts.map(verdict =>
          make("li", { class: verdict.tone }, make("b", {}, verdict.name + ": "), verdict.text))),
        make("div", { id: "sections" }, ...sections(page)));
    } catch (e) {
      if (here()) said.say(e.name === "AbortError" ? "Stopped." : e.message, e.name !== "AbortError");
    } finally {
      going = null;
      look.textContent = "Look";
    }
  }

  measure();
  return () => going?.abort();
}
