/* Asks the server. What goes wrong is an Error with one sentence. */

const token = document.querySelector("meta[name=token]").content;

async function answer(response) {
  const text = await response.text();
  let body = null;
  try {
    body = JSON.parse(text);
  } catch {
    // Told below, as an answer that is no JSON is none of a route.
  }
  if (!response.ok) {
    throw new Error(body?.error ?? (response.status === 404 ? "There is nothing at this address."
      : `The studio answered ${response.status}.`));
  }
  if (body === null) throw new Error("The studio gave no answer that can be read.");
  return body;
}

async function request(path, options) {
  try {
    return await fetch(path, options);
  } catch (e) {
    if (e.name === "AbortError") throw e;
    throw new Error("The studio does not answer; is the command still running?");
  }
}

export async function ask(path) {
  return answer(await request(path));
}

function posted(fields, signal) {
  return { method: "POST", body: JSON.stringify(fields), signal,
    headers: { "X-Unroll-Token": token, "Content-Type": "application/json" } };
}

export async function tell(path, fields = {}) {
  return answer(await request(path, posted(fields)));
}

/* Calls each(line) for every line of JSON of an answer while it comes; a line with an error is one. */
export async function stream(path, fields, signal, each) {
  const response = await request(path, posted(fields, signal));
  if (!response.ok) return answer(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read().catch(e => {
      if (e.name === "AbortError") throw e;
      throw new Error("The answer broke off; is the command still running?");
    });
    if (done) return null;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines.map(text => JSON.parse(text))) {
      if (line.error) throw new Error(line.error);
      each(line);
    }
  }
}

/* The path of a run. */
export function ofRun(name, what = "") {
  return `/api/runs/${encodeURIComponent(name)}${what}`;
}
