/* A run as it goes: curves, gradients, gates, and what may be asked of the training. */
/* global make, short, percent */
import { ask, ofRun, tell } from "./ask.js";
import { button, calmly, check, duration, figures, fill, message, panel, select, slider } from "./views.js";
import { axis, epochs, lines, put, withRaw } from "./charts.js";

export async function showRun(box, [name], here) {
  const wanted = { smoothing: 0.6, byTime: false, logY: false };
  let run = await ask(ofRun(name));
  const head = make("div", { class: "view-head" });
  const tiles = make("div");
  const control = make("div", { class: "tools", role: "group", "aria-label": "The training" });
  const said = message();
  const place = make("div", { class: "panels" });
  const table = make("div");
  const charts = makeCharts();
  const redraw = calmly(30, draw);
  const tools = make("div", { class: "tools" },
    slider("Smoothing", { min: 0, max: 0.99, step: 0.01, value: wanted.smoothing },
      v => { wanted.smoothing = v; redraw(); }),
    select("Over", [["step", "steps"], ["time", "training time"]], "step",
      v => { wanted.byTime = v === "time"; redraw(); }),
    check("log loss", false, v => { wanted.logY = v; redraw(); }));
  box.append(head, control, said, tiles, tools, place, table);
  let controls = "", told = "", rate = null;

  function makeCharts() {
    const x = axis("step", { whole: true });
    const all = {
      loss: lines("Loss", "Lower is better; where the training loss keeps falling and the validation loss"
        + " does not, the model learns its examples by heart.", x, axis("loss"), []),
      norm: lines("Gradient norm", "The length of the gradient of all weights together, before and after"
        + " clipping; where the two differ, the gradient was clipped.", x, axis("norm", { log: true }), [],
      "g ← g · min(1, c / ‖g‖)"),
      updates: lines("How far each parameter moves in a step", "About a thousandth is usual. Far above, the"
        + " rate is too high for it; far below, it hardly learns.", x,
      axis("update / weight", { log: true }), [], "‖Δθ‖ / ‖θ‖"),
      rate: lines("Learning rate", "As scheduled, and as changed from this page.", x,
        axis("learning rate"), []),
      lags: lines("How far back the gradient reaches", "How much of an error still arrives k steps earlier,"
        + " measured now and then during training: the earliest pale, the latest strong.",
      axis("lag k (steps back)", { whole: true }), axis("share of the gradient that is left", { log: true }),
      [], "‖∂Lₜ/∂hₜ₋ₖ‖ / ‖∂Lₜ/∂hₜ‖"),
      gates: lines("Gates", "The mean of each gate over time and units; dashed, the share of its values that"
        + " is shut or open (below 0.1, above 0.9).", x, axis("share", { percent: true, min: 0, max: 1 }), [])
    };
    return Object.fromEntries(Object.entries(all).map(([key, fields]) => [key, { fields, section: null }]));
  }

  function show(key, series, x, y) {
    const chart = charts[key];
    if (series.length === 0) {
      chart.section?.remove();
      chart.section = null;
      return;
    }
    put(chart.fields, series);
    if (x) chart.fields.x = x;
    if (y) chart.fields.y = y;
    if (!chart.section) {
      chart.section = panel(chart.fields);
      place.append(chart.section);
    }
    chart.section.querySelector(".below").textContent = chart.fields.x.label;
    chart.section.draw();
  }

  function draw() {
    if (!here()) return;
    const { curves } = run, at = wanted.byTime ? curves.time : curves.step;
    const x = axis(wanted.byTime ? "training time (s)" : "step", { whole: !wanted.byTime });
    const validation = epochs(run, "validationLoss", wanted.byTime);
    const curve = (label, values, marks) => ({ name: label, x: at, values, marks });
    show("loss", at.length === 0 ? [] : [...withRaw("training", at, curves.loss, wanted.smoothing),
      ...(validation.x.length ? [{ name: "validation", ...validation, marks: ["dots"] }] : [])], x,
    axis("loss", { log: wanted.logY }));
    show("norm", at.length === 0 ? [] : [curve("largest before clipping", curves.largestNorm, ["faint"]),
      curve("before clipping", curves.norm), curve("after clipping", curves.clippedNorm, ["dashed"])], x);
    const moved = Object.entries(curves.updates.ratios), measured = curves.updates.places.map(i => at[i]);
    show("updates", moved.length === 0 ? [] : [...moved.map(([label, values]) => ({ name: label, x: measured,
      values })), { name: "usual", x: measured, values: measured.map(() => 1e-3), marks: ["dashed"] }], x);
    show("rate", at.length === 0 ? [] : [curve("learning rate", curves.learningRate)], x);
    looks();
  }

  function looks() {
    const all = run.looks, last = all.at(-1);
    if (!last) {
      show("lags", []);
      return show("gates", []);
    }
    const some = all.length <= 4 ? all : [0, 1 / 3, 2 / 3, 1].map(p => all[Math.round(p * (all.length - 1))]);
    show("lags", some.flatMap((look, n) => Object.entries(look.lags).map(([state, shares]) => ({
      name: `${state}, step ${look.step}`, group: state, x: shares.map((_, k) => k), values: shares,
      marks: n === some.length - 1 ? [] : ["faint"] }))));
    const steps = all.map(look => look.step);
    show("gates", Object.keys(last.gates).flatMap(gate => [[2, []], [0, ["dotted"]], [1, ["dashed"]]]
      .map(([i, marks]) => ({ name: gate + [" shut", " open", ""][i],
        group: gate, x: steps, values: all.map(look => look.gates[gate]?.[i] ?? null),
        marks: all.length === 1 ? [...marks, "dots"] : marks }))));
  }

  function headline() {
    document.title = name + " – Unroll Studio";
    const links = [run.model && ["#/play/" + encodeURIComponent(name), "Play with it"],
      run.model && ["#/xray/" + encodeURIComponent(name), "X-ray"],
      run.report && [ofRun(name, "/report"), "Report"]].filter(Boolean);
    head.replaceChildren(make("h1", {}, name, " ", make("span", { class: "state " + run.state }, run.state)),
      make("nav", { class: "links", "aria-label": "Views of " + name },
        ...links.map(([href, text]) => make("a", { href }, text))));
    const done = run.epochs ? `${run.epoch} of ${run.epochs}` : short(run.epoch);
    tiles.replaceChildren(figures([[short(run.loss), "training loss"],
      [short(run.validationLoss), "best validation loss"],
      ...(run.accuracy == null ? [] : [[percent(run.accuracy), "best accuracy"]]),
      [done, "epochs"], [short(run.step), "steps"], [duration(run.seconds), "training time"]]));
    const trouble = run.complaint ? "It could not go on: " + run.complaint
      : run.note ? `${{ failed: "It failed", broken: "It cannot be read" }[run.state] ?? "It cannot go on"}: `
        + run.note : "";
    if (trouble !== told) said.say(trouble, true);
    told = trouble;
  }

  async function act(what, fields, words) {
    try {
      await tell(ofRun(name, what), fields);
      said.say(words);
      setTimeout(load, 600);
      return true;
    } catch (e) {
      said.say(e.message, true);
      return false;
    }
  }

  /* The rate that was asked for since the last step, or that of this step. */
  function rateNow() {
    const asked = run.rates.at(-1), { step, learningRate } = run.curves;
    return asked && asked.step >= (step.at(-1) ?? 0) ? asked.learningRate : learningRate.at(-1) ?? "";
  }

  /* A field with the rate, which follows the schedule unless somebody writes another. */
  function rateField() {
    let edited = false, changes = 0;
    const field = make("input", { type: "text", inputmode: "decimal", size: 9, "aria-label": "learning rate",
      oninput: () => { edited = true; },
      onkeydown: event => {
        if (event.key !== "Escape") return;
        edited = false;
        field.follow();
      } });
    field.follow = () => {
      if (edited || run.rates.length < changes) return;
      changes = 0;
      field.value = String(rateNow());
    };
    field.sent = async answered => { // it is followed again when the log has the change
      changes = run.rates.length + 1;
      edited = false;
      if (!await answered) changes = 0;
    };
    field.follow();
    return field;
  }

  function controlBar() {
    const now = run.state === "interrupted" && run.note ? "ended" : run.state;
    rate?.follow();
    if (now === controls) return;
    controls = now;
    rate = null;
    if (now === "interrupted") {
      control.replaceChildren(button("Resume", () => act("/resume", {}, "Resuming: a process is being started.")));
    } else if (now === "running") {
      rate = rateField();
      const form = make("form", { class: "check", onsubmit: event => {
        event.preventDefault();
        const value = Number(rate.value);
        if (!(value > 0)) return said.say("The learning rate must be a number above 0.", true);
        rate.sent(act("/rate", { learningRate: value }, `The learning rate is ${value} from the next step on;`
          + " the schedule continues from there."));
      } }, "Learning rate", rate, make("button", {}, "Change"));
      control.replaceChildren(button("Stop and save", () => act("/stop", {}, "It stops after the current step.")), form);
    } else {
      control.replaceChildren();
    }
  }

  function settings() {
    const rows = Object.entries(run.settings).filter(([key]) => key !== "equations").map(([key, value]) =>
      [key, value && typeof value === "object" ? Object.entries(value).map(e => e.join(" ")).join(", ")
        : String(value)]);
    const changes = run.rates.map(rate => [`from step ${rate.step + 1}`, "learning rate " + rate.learningRate]);
    const parts = [{ kind: "table", title: "Settings", read: "", columns: [], rows: [...rows, ...changes],
      marked: -1 }];
    if (run.settings.equations) {
      parts.push({ kind: "text", title: "The cell", read: "", choices:
        [{ name: "", value: run.settings.equations }] });
    }
    const samples = run.epochLines.filter(epoch => epoch.sample).reverse().slice(0, 20);
    if (samples.length) {
      parts.push({ kind: "text", title: "What it writes", read: "", choices: samples.map(epoch =>
        ({ name: "after epoch " + epoch.epoch, value: epoch.sample })) });
    }
    fill(table, make("div", { class: "panels below-charts" }, ...parts.map(one => panel(one))));
  }

  let settingsShown = "";
  function all() {
    headline();
    controlBar();
    draw();
    const now = `${run.epoch} ${run.rates.length}`;
    if (now !== settingsShown) settings();
    settingsShown = now;
  }

  async function load() {
    try {
      const now = await ask(ofRun(name, `?version=${run.version}&heard=${run.complaint ? 1 : 0}`));
      if (!here() || !now) return;
      const same = now.version === run.version && now.state === run.state && now.complaint === run.complaint;
      run = now;
      if (!same) all();
    } catch (e) {
      if (here()) said.say(e.message, true);
    }
  }

  all();
  const timer = setInterval(load, 1500);
  return () => clearInterval(timer);
}
