/* The table of all runs: filter, sort, choose some to compare. */
/* global make, short, percent */
import { ask } from "./ask.js";
import { button, duration, message } from "./views.js";
import { sparkline } from "./charts.js";
import { filterOf } from "./filter.js";

/* The columns: heading, what they are sorted by, what they show. */
const columns = [
  { name: "Run", key: run => run.name,
    show: run => make("a", { href: "#/run/" + encodeURIComponent(run.name) }, run.name) },
  { name: "State", key: run => run.state, show: run => make("span", { class: "state " + run.state,
    title: run.note }, run.state === "reading" ? "reading…" : run.state) },
  { name: "Task", key: run => run.task, show: run => run.task },
  { name: "Epochs", key: run => run.epoch, show: run => run.epochs ? `${run.epoch} of ${run.epochs}` : "–",
    align: "number" },
  { name: "Steps", key: run => run.step, show: run => short(run.step), align: "number" },
  { name: "Loss", key: run => run.loss, show: run => short(run.loss), align: "number" },
  { name: "Validation", key: run => run.validationLoss, show: run => short(run.validationLoss), align: "number" },
  { name: "Accuracy", key: run => run.accuracy, show: run => percent(run.accuracy), align: "number" },
  { name: "Curve", show: run => sparkline(run.spark, `loss of ${run.name}, from `
    + `${short(run.spark[0])} to ${short(run.spark.at(-1))}`) },
  { name: "Settings", key: run => words(run), show: run => words(run) || run.note, align: "settings" },
  { name: "Time", key: run => run.seconds, show: run => duration(run.seconds), align: "number" }
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
  let runs = [], by = null, down = false, last = "", timer = null;
  const rows = new Map(); // by name: { tr, text } as they are shown
  const chosen = new Set();
  const head = make("div", { class: "view-head" }, make("h1", {}, "Runs"), make("p", { class: "soft" }));
  const filter = make("input", { type: "search", placeholder: "filter: lstm, running, seed 2 …",
    "aria-label": "filter the runs by name, state and settings", oninput: draw });
  const compare = button("Compare", () => {
    location.hash = "#/compare/" + [...chosen].map(encodeURIComponent).join("/");
  }, { disabled: true });
  const said = message();
  const headings = columns.map(({ name, key, align = "" }) => make("th", { scope: "col", class: align },
    key ? button(name, () => sort(name), { class: "sort" }) : name));
  const body = make("tbody");
  const table = make("table", { class: "runs" }, make("caption", { class: "unseen" }, "The runs"),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, make("span", { class: "unseen" }, "choose")),
      ...headings)), body);
  box.append(head, make("div", { class: "tools" }, filter, compare, said),
    make("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "table of runs" }, table));

  function sort(name) {
    const column = columns.find(one => one.name === name);
    down = by === column ? !down : false;
    by = column;
    headings.forEach((th, n) => columns[n] === by
      ? th.setAttribute("aria-sort", down ? "descending" : "ascending") : th.removeAttribute("aria-sort"));
    draw();
  }

  function compared(a, b) {
    const [x, y] = [by.key(a), by.key(b)];
    if (x == null || y == null) return (x == null) - (y == null);
    return (typeof x === "string" ? x.localeCompare(y, "en", { numeric: true }) : x - y) * (down ? -1 : 1);
  }

  /* Rows that say the same stay as they are, with what is focused or pointed at in them. */
  function draw() {
    const found = filterOf(filter.value, runs);
    const shown = runs.filter(run => found(run, `${run.name} ${run.state} ${run.task} ${words(run)} `
      + JSON.stringify(run.settings)));
    if (by !== null) shown.sort(compared);
    const active = document.activeElement, wanted = shown.map(row);
    for (const tr of [...body.rows]) if (!wanted.includes(tr)) tr.remove();
    wanted.forEach((tr, i) => {
      if (body.rows[i] !== tr) body.insertBefore(tr, body.rows[i] ?? null);
    });
    if (body.contains(active) && document.activeElement !== active) active.focus(); // its row moved
    const reading = runs.filter(run => run.state === "reading").length;
    said.say(runs.length === 0 ? "There are no runs here yet. Train one: unroll train shakespeare"
      : reading > 0 ? `Reading the logs of ${reading} of ${runs.length} runs…`
        : shown.length < runs.length ? `${shown.length} of ${runs.length} runs` : "");
  }

  function row(run) {
    const text = JSON.stringify(run), known = rows.get(run.name);
    if (known?.text === text) return known.tr;
    const cells = columns.map(({ show, align = "" }) => make("td", { class: align }, show(run)));
    const tr = known?.tr ?? make("tr", {}, make("td", {}, choice(run.name)));
    const focused = tr.contains(document.activeElement) && document.activeElement.matches("a");
    tr.replaceChildren(tr.firstChild, ...cells);
    if (focused) tr.querySelector("a").focus();
    tr.dataset.run = run.name;
    rows.set(run.name, { tr, text });
    return tr;
  }

  function choice(name) {
    const box = make("input", { type: "checkbox", checked: chosen.has(name), "aria-label": "compare " + name,
      onchange: () => {
        if (box.checked) chosen.add(name);
        else chosen.delete(name);
        counted();
      } });
    return box;
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
      for (const name of [...rows.keys()]) {
        if (!runs.some(run => run.name === name)) {
          rows.delete(name);
          chosen.delete(name);
        }
      }
      head.lastChild.textContent = answer.folder;
      counted();
      draw();
    } catch (e) {
      if (here()) said.say(e.message, true);
    }
  }

  async function follow() {
    await load();
    if (here()) timer = setTimeout(follow, runs.some(run => run.state === "reading") ? 400 : 2000);
  }

  await follow();
  return () => clearTimeout(timer);
}
