"use strict";
const form = document.querySelector("form");
const part = (id) => document.getElementById(id);
const WIDEST = 10;

function row() {
  const found = {};
  for (const field of form.querySelectorAll("[data-type]")) {
    if (field.value === "" && !(field.dataset.type === "string" && field.required)) continue;
    found[field.name] = value(field);
  }
  return found;
}

function value(field) {
  if (field.tagName === "SELECT") return JSON.parse(field.value);
  return field.dataset.type === "string" ? field.value : Number(field.value);
}

function made(tag, text, kind) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (kind) element.className = kind;
  return element;
}

function bar(share, kind) {
  const element = made("span", undefined, "bar" + kind);
  element.style.width = Math.max(1, 100 * share) + "%";
  return element;
}

function line(name, share, number, kind = "") {
  const cells = made("tr");
  const drawn = made("td");
  drawn.append(bar(share, kind));
  cells.append(made("th", name), drawn, made("td", number, "number"));
  return cells;
}

function title(column) {
  const field = [...form.elements].find((each) => each.name === column);
  return field.labels[0].textContent;
}

function show(answer, explained) {
  part("prediction").textContent = String(answer.predictions[0]);
  const chances = answer.probabilities ? answer.probabilities[0] : [];
  part("chances").replaceChildren(...chances.map((c, i) => line(String(answer.classes[i]), c, c.toFixed(4))));
  const reasons = explained.reasons.filter((each) => each.effect !== 0).slice(0, WIDEST);
  const most = Math.max(...reasons.map((each) => Math.abs(each.effect)));
  part("reasons").replaceChildren(...reasons.map((each) => line(
    `${title(each.column)} is ${each.value ?? "empty"}, not ${each.typical}`, Math.abs(each.effect) / most,
    (each.effect > 0 ? "+" : "") + each.effect.toPrecision(3), each.effect < 0 ? " less" : "")));
  const kind = explained.class === undefined ? "the answer" : `the probability of ${explained.class}`;
  part("meaning").textContent = reasons.length
    ? `How much of ${kind} comes from a value that is not the typical one of the training data.`
    : "Every value is a typical one of the training data.";
}

function showFaults(refusal) {
  const columns = [...form.querySelectorAll("[data-type]")];
  const others = [];
  for (const fault of refusal.errors ?? []) {
    const name = fault.path.split("/").slice(3).join("/").replaceAll("~1", "/").replaceAll("~0", "~");
    const field = columns.find((each) => each.name === name);
    if (field) part(field.id.replace("field", "fault")).textContent = fault.message;
    else others.push(fault.message);
  }
  part("problem").textContent = [refusal.error, ...others].join("; ");
}

async function ask(path, body) {
  const reply = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body });
  return [reply.ok, await reply.json()];
}

async function predict(event) {
  event.preventDefault();
  for (const fault of document.querySelectorAll(".fault")) fault.textContent = "";
  const body = JSON.stringify({ rows: [row()] });
  try {
    const [[good, answer], [, explained]] = await Promise.all([ask("predict", body), ask("explain", body)]);
    part("result").hidden = !good;
    if (good) show(answer, explained); else showFaults(answer);
  } catch (error) {
    part("result").hidden = true;
    part("problem").textContent = "the service did not answer: " + error.message;
  }
}

function python(value) {
  if (value === true) return "True";
  if (value === false) return "False";
  return JSON.stringify(value);
}

function code() {
  const there = new URL("predict", location.href).href;
  const sent = row();
  const quoted = JSON.stringify({ rows: [sent] }).replaceAll("'", "'\\''");
  part("curl").textContent = `curl ${there} -H 'content-type: application/json' -d '${quoted}'`;
  const members = Object.entries(sent).map(([name, value]) => `    ${JSON.stringify(name)}: ${python(value)},\n`);
  part("python").textContent = "import requests\n\n" + `row = {\n${members.join("")}}\n`
    + `answer = requests.post(${JSON.stringify(there)}, json={"rows": [row]}, timeout=10)\nprint(answer.json())`;
}

form.addEventListener("submit", predict);
form.addEventListener("input", code);
for (const button of document.querySelectorAll("[data-copies]"))
  button.addEventListener("click", () => navigator.clipboard.writeText(part(button.dataset.copies).textContent));
code();
