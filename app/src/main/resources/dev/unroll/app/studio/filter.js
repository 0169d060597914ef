/* Which runs a filter finds: each of its words must occur, and where two are the name of a setting and
   a value, or are joined by =, the run must have that value. */

/* Names that the table has for settings. */
const shorter = { rate: "learningRate" };

/* The settings of a run as pairs; objects and texts such as "hidden=8" are taken apart. */
function pairsOf(run) {
  const pairs = [];
  const add = (key, value) => {
    if (value && typeof value === "object" && !Array.isArray(value)) {
      for (const [k, v] of Object.entries(value)) add(k, v);
    } else {
      for (const [, k, v] of String(value).matchAll(/([\w-]+)=([^\s,]+)/g)) pairs.push([k.toLowerCase(), v.toLowerCase()]);
      pairs.push([key.toLowerCase(), String(value).toLowerCase()]);
    }
  };
  for (const [key, value] of Object.entries({ ...run.settings, state: run.state, task: run.task })) add(key, value);
  for (const [name, key] of Object.entries(shorter)) {
    if (key in run.settings) add(name, run.settings[key]);
  }
  return pairs;
}

/* Numbers are equal, texts begin so. */
function isValue(value, wanted) {
  const both = [Number(value), Number(wanted)];
  return both.every(Number.isFinite) ? both[0] === both[1] : value.split("/").at(-1).startsWith(wanted);
}

/* A function of a run and of all its words; names are those of the settings of all runs. */
export function filterOf(text, runs) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const names = new Set(runs.flatMap(pairsOf).map(([name]) => name));
  const tests = [];
  for (let i = 0; i < words.length; i++) {
    const [name, value] = words[i].split("=");
    const next = value ?? words[i + 1];
    if (names.has(name) && next) {
      if (value === undefined) i++;
      tests.push(run => pairsOf(run).some(([key, has]) => key === name && isValue(has, next)));
    } else {
      const word = words[i];
      tests.push((run, all) => all.toLowerCase().includes(word));
    }
  }
  return (run, all) => tests.every(test => test(run, all));
}
