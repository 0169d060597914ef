/* The table of all runs: filter, sort, choose some to compare. */
/* global make, short, percent */
import { ask } from "./ask.js";
import { button, duration, message } from "./views.js";
import { sparkline } from "./charts.js";

const states = { running: "running", ended: "ended", interrupted: "interrupted", failed: "failed" };

/* The columns: heading, what to sort by, what to show. */
const columns = [
  ["Run", run => run.name, run => make("a", { href: "#/run/" + encodeURIComponent(run.name) }, run.name)],
  ["State", run => run.state, run => make("span", { class: "state " + run.state }, states[run.state])],
  ["Task", run => run.task, run => run.task],
  ["Epochs", run => run.epoch, run => run.epochs ? `${run.epoch} of ${run.epochs}` : "–", true],
  ["Steps", run => run.step, run => short(run.step), true],
  ["Loss", run => run.loss, run => short(run.loss), true],
  ["Validation", run => run.validationLoss, run => short(run.validationLoss), true],
  ["Accuracy", run => run.accuracy, run => percent(run.accuracy), true],
  ["Curve", run => run.spark.at(-1), run => sparkline(run.spark, `loss of ${run.name}, from `
    + `${short(run.spark[0])} to ${short(run.spark.at(-1))}`)],
  ["Settings", run => words(run), run => make("span", { class: "settings" }, words(run))],
  ["Time", run => run.seconds, run => duration(run.seconds), true]
];

/* The settings in a line, the telling ones first. */
function words(run) {
  const s = run.settings;
  const parts = [s.cell, s.sizes && Object.entries(s.sizes).map(([k, v]) => `${k} ${v}`).join(" "),
    s.layers > 1 && `${s.layers} layers`, s.learningRate && `rate ${s.learningRate}`,
    s.batch && `batch ${s.batch}`, s.dropout && `dropout ${s.dropout}`, s.seed && `seed ${s.seed}`,
    typeof s.data === "string" && s.data.split("/").at(-1), s.horizon && `horizon ${s.horizon}`];
  return parts.filter(Boolean).join(", ");
}

export async function showRuns(box, _, here) {
  let runs = [], by = null, down = false, last = "";
  const chosen = new Set();
  const head = make("div", { class: "view-head" }, make("h1", {}, "Runs"), make("p", { class: "soft" }));
  const filter = make("input", { type: "search", placeholder: "filter: lstm, running, seed 2 …",
    "aria-label": "filter the runs by name, state and settings", oninput: draw });
  const compare = button("Compare", () => {
    location.hash = "#/compare/" + [...chosen].map(encodeURIComponent).join("/");
  }, { disabled: true });
  const said = message();
  const headings = columns.map(([name, , , number], i) => make("th", { scope: "col",
    class: number ? "number" : "" }, name === "Curve" ? name
    : button(name, () => sort(i), { class: "sort" })));
  const body = make("tbody");
  const table = make("table", { class: "runs" }, make("caption", { class: "unseen" }, "The runs"),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, make("span", { class: "unseen" }, "choose")),
      ...headings)), body);
  box.append(head, make("div", { class: "tools" }, filter, compare, said),
    make("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "table of runs" }, table));

  function sort(i) {
    down = by === i ? !down : false;
    by = i;
    headings.forEach((th, n) => n === by
      ? th.setAttribute("aria-sort", down ? "descending" : "ascending") : th.removeAttribute("aria-sort"));
    draw();
  }

  function matches(run) {
    const text = `${run.name} ${run.state} ${run.task} ${words(run)} ${JSON.stringify(run.settings)}`
      .toLowerCase();
    return filter.value.toLowerCase().split(/\s+/).every(word => text.includes(word));
  }

  function compared(a, b) {
    const [x, y] = [columns[by][1](a), columns[by][1](b)];
    if (x == null || y == null) return (x == null) - (y == null);
    return (typeof x === "string" ? x.localeCompare(y, "en", { numeric: true }) : x - y) * (down ? -1 : 1);
  }

  function draw() {
    const shown = runs.filter(matches);
    if (by !== null) shown.sort(compared);
    const focused = document.activeElement?.closest?.("tr")?.dataset.run;
    const cell = [...document.activeElement?.closest?.("tr")?.querySelectorAll("a, input") ?? []]
      .indexOf(document.activeElement);
    body.replaceChildren(...shown.map(row));
    if (focused) {
      [...body.rows].find(tr => tr.dataset.run === focused)?.querySelectorAll("a, input")[cell]?.focus();
    }
    said.say(runs.length === 0 ? "There is no run here yet. Train one: unroll train shakespeare"
      : shown.length < runs.length ? `${shown.length} of ${runs.length} runs` : "");
  }

  function row(run) {
    const box = make("input", { type: "checkbox", checked: chosen.has(run.name),
      "aria-label": "compare " + run.name, onchange: () => {
        if (box.checked) chosen.add(run.name);
        else chosen.delete(run.name);
        counted();
      } });
    const tr = make("tr", {}, make("td", {}, box), ...columns.map(([, , shown, number]) =>
      make("td", { class: number ? "number" : "" }, shown(run))));
    tr.dataset.run = run.name;
    return tr;
  }

  function counted() {
    compare.disabled = chosen.size < 2;
    compare.textContent = chosen.size < 2 ? "Compare" : `Compare ${chosen.size}`;
  }

  async function load() {
    try {
      const answer = await ask("/api/runs");
      const now = JSON.stringify(answer);
      if (!here() || now === last) return;
      last = now;
      runs = answer.runs;
      for (const name of [...chosen]) if (!runs.some(run => run.name === name)) chosen.delete(name);
      head.lastChild.textContent = answer.folder;
      counted();
      draw();
    } catch (e) {
      if (here()) said.say(e.message, true);
    }
  }

  await load();
  const timer = setInterval(load, 2000);
  return () => clearInterval(timer);
}
