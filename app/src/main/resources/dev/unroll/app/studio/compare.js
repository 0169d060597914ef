/* Runs side by side: their curves on one chart, and how their settings differ. */
/* global make, short */
import { ask, ofRun } from "./ask.js";
import { check, fill, panel, select, slider } from "./views.js";
import { axis, epochs, lines, put, withRaw } from "./charts.js";

export async function showCompare(box, names, here) {
  const wanted = { smoothing: 0.6, byTime: false, logX: false, logY: false, all: false };
  const runs = await Promise.all(names.map(name => ask(ofRun(name, "/curves"))));
  const tools = make("div", { class: "tools" },
    slider("Smoothing", { min: 0, max: 0.99, step: 0.01, value: wanted.smoothing },
      v => { wanted.smoothing = v; draw(); }),
    select("Over", [["step", "steps"], ["time", "training time"]], "step",
      v => { wanted.byTime = v === "time"; draw(); }),
    check("log x", false, v => { wanted.logX = v; draw(); }),
    check("log y", false, v => { wanted.logY = v; draw(); }));
  const training = lines("Training loss", "Each run in a color; pale, the values as they are.",
    axis("step"), axis("loss"), []);
  const validation = lines("Validation loss", "After each epoch; the lowest is what is kept.",
    axis("step"), axis("loss"), []);
  const sections = [panel(training), panel(validation)];
  const without = runs.filter(run => run.curves.step.length === 0).map(run => run.name);
  const table = make("div");
  fill(box, make("div", { class: "view-head" }, make("h1", {}, `${runs.length} runs compared`),
    make("p", { class: "soft" }, names.join(", ") + (without.length === 0 ? ""
      : `; no steps yet: ${without.join(", ")}`))), tools, make("div", { class: "panels" }, ...sections, table),
  make("div", { class: "tools after" }, check("all settings", wanted.all, v => { wanted.all = v; settings(); })));

  function draw() {
    if (!here()) return;
    const x = axis(wanted.byTime ? "training time (s)" : "step", { log: wanted.logX, whole: !wanted.byTime });
    for (const fields of [training, validation]) {
      Object.assign(fields, { x, y: axis("loss", { log: wanted.logY }) });
    }
    put(training, runs.filter(run => run.curves.step.length > 0).flatMap(run => withRaw(run.name, run.curves[wanted.byTime ? "time" : "step"],
      run.curves.loss, wanted.smoothing)));
    put(validation, runs.map(run => ({ name: run.name, ...epochs(run, "validationLoss", wanted.byTime),
      marks: ["dots"] })).filter(series => series.x.length > 0));
    for (const section of sections) {
      section.querySelector(".below").textContent = x.label;
      section.draw();
    }
  }

  function settings() {
    const flat = runs.map(run => Object.fromEntries(Object.entries(run.settings).flatMap(([key, value]) =>
      key === "equations" ? [] : value && typeof value === "object" && !Array.isArray(value)
        ? Object.entries(value).map(([k, v]) => [`${key} ${k}`, String(v)]) : [[key, String(value)]])));
    const keys = [...new Set(flat.flatMap(Object.keys))]
      .filter(key => wanted.all || new Set(flat.map(one => one[key] ?? "")).size > 1);
    const figures = [["best validation loss", run => short(run.validationLoss)],
      ["steps", run => short(run.step)], ["state", run => run.state]];
    const columns = ["", ...names];
    fill(table, panel({ kind: "table", title: wanted.all ? "All settings" : "How their settings differ",
      read: keys.length ? "" : "All settings are the same.", columns,
      rows: keys.map(key => [key, ...flat.map(one => one[key] ?? "–")]), marked: -1 }),
    panel({ kind: "table", title: "How far they are", read: "", columns,
      rows: figures.map(([label, of]) => [label, ...runs.map(of)]), marked: -1 }));
  }

  settings();
  draw();
}
