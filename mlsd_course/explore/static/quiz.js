// Questions, one at a time. What is asked and what may be said comes from the kernel; no answer is known here before it is given.
let quizzes = 0;

function optionField(now, id) {
  const type = now.kind === "multiple" ? "checkbox" : "radio";
  const lines = now.choices.map(([letter, text]) => {
    const input = element("input", { type, name: id, value: letter, id: `${id}-${letter}` });
    input.checked = now.given.includes(letter);
    const label = element("label", { for: input.id }, element("span", { class: "mlsd-letter" }, `${letter})`), ` ${text}`);
    return { input, line: element("div", { class: "mlsd-option" }, input, label) };
  });
  const inputs = lines.map((line) => line.input);
  return { nodes: lines.map((line) => line.line), inputs, read: () => inputs.filter((input) => input.checked).map((input) => input.value).join("") };
}

function orderField(now, tell) {
  let order = now.given ? [...now.given] : now.choices.map(([letter]) => letter);
  const texts = Object.fromEntries(now.choices);
  const list = element("ol", { class: "mlsd-order" });
  const move = (letter, by) => {
    const from = order.indexOf(letter), to = from + by;
    [order[from], order[to]] = [order[to], order[from]];
    draw();
    tell(`${texts[letter]}: now ${to + 1} of ${order.length}`);
    const buttons = list.children[to].querySelectorAll("button");
    (buttons[by < 0 ? 0 : 1].disabled ? buttons[by < 0 ? 1 : 0] : buttons[by < 0 ? 0 : 1]).focus();
  };
  const draw = () => list.replaceChildren(...order.map((letter, place) => {
    const up = element("button", { type: "button", "aria-label": `Move up: ${texts[letter]}` }, "↑");
    const down = element("button", { type: "button", "aria-label": `Move down: ${texts[letter]}` }, "↓");
    up.disabled = now.closed || place === 0;
    down.disabled = now.closed || place === order.length - 1;
    up.addEventListener("click", () => move(letter, -1));
    down.addEventListener("click", () => move(letter, 1));
    return element("li", {}, up, down, element("span", {}, `${letter}) ${texts[letter]}`));
  }));
  draw();
  return { nodes: [list], inputs: [], first: () => list.querySelector("button:not([disabled])"), read: () => order.join("") };
}

function numberField(now, id) {
  const input = element("input", { type: "text", inputmode: "decimal", id: `${id}-number`, autocomplete: "off", "aria-label": now.unit ? `Your answer in ${now.unit}` : "Your answer, a number" });
  input.value = now.given;
  return { nodes: [element("div", { class: "mlsd-actions" }, input, element("span", {}, now.unit))], inputs: [input], read: () => input.value };
}

function render({ model, el }) {
  const id = `mlsd-quiz-${++quizzes}`;
  const title = element("p", { class: "mlsd-title", role: "heading", "aria-level": "4" });
  const steps = element("div", { class: "mlsd-steps", role: "group", "aria-label": "Questions" });
  const tally = element("p", { class: "mlsd-tally" });
  const form = element("form", { novalidate: "" });
  const said = element("div", { role: "status", "aria-live": "polite", class: "mlsd-said" });
  const alarm = element("p", { role: "alert" });
  const actions = element("div", { class: "mlsd-actions" });
  const moved = element("p", { class: "mlsd-quiet-region", "aria-live": "polite" });
  el.className = "mlsd-box mlsd-quiz";
  el.setAttribute("role", "group");
  el.replaceChildren(title, element("div", { class: "mlsd-head" }, steps, tally), form, said, alarm, actions, moved);
  let field = null, shown = "", closed = false, wants = false;

  const send = (content) => { wants = true; model.send(content); };
  form.addEventListener("submit", (event) => { event.preventDefault(); if (field) send({ do: "answer", question: shown, value: field.read() }); });
  form.addEventListener("keydown", (event) => {  // Enter answers, the letter of an option chooses it
    if (event.key === "Enter" && event.target.tagName === "INPUT" && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.type === "text") return;
    const input = field?.inputs.find((one) => one.value === event.key.toLowerCase());
    if (!input || input.disabled) return;
    event.preventDefault();
    input.checked = input.type === "radio" || !input.checked;
    input.focus();
  });

  const question = (now) => {
    shown = now.question;
    field = now.kind === "ordering" ? orderField(now, (text) => { moved.textContent = text; })
      : now.kind === "numeric" ? numberField(now, id) : optionField(now, id);
    for (const input of field.inputs) input.disabled = now.closed;
    const claim = now.claim ? [element("blockquote", {}, now.claim)] : [];
    const hint = now.hint ? [element("p", { class: "mlsd-help" }, now.hint)] : [];
    const legend = element("legend", { id: `${id}-stem` }, now.stem);
    const role = now.kind === "single" || now.kind === "assumption" ? { role: "radiogroup" } : {};
    form.replaceChildren(element("fieldset", { ...role, "aria-labelledby": legend.id }, legend, ...claim, ...hint, ...field.nodes));
    if (!now.closed) form.append(element("button", { type: "submit", class: "mlsd-main" }, now.button));
  };

  const told = (now) => now.said.map(({ verdict, because, place, met }) => {
    const parts = [];
    if (verdict) parts.push(element("strong", {}, `${verdict} `));
    if (because) parts.push(`${because} `);
    if (place) parts.push(element("span", { class: "mlsd-place" }, `Reread: ${place}`));
    return element("p", met === undefined || met === null ? {} : { "data-met": String(met) }, ...parts);
  });

  const refresh = () => {
    const now = model.get("now"), here = el.contains(document.activeElement) || wants;
    const other = now.question !== shown || now.closed !== closed;  // else what was typed stays
    title.textContent = now.title;
    el.setAttribute("aria-label", now.title);
    tally.textContent = now.tally;
    steps.replaceChildren(...now.steps.map((step, place) => {
      const current = place === now.position ? { "aria-current": "step" } : {};
      const button = element("button", { type: "button", "data-state": step.state, "aria-label": `Question ${place + 1}: ${step.words}`, ...current }, `${place + 1}${step.sign}`);
      button.addEventListener("click", () => send({ do: "go", to: place }));
      return button;
    }));
    if (now.question && other) question(now);
    else if (!now.question) { form.replaceChildren(); field = null; shown = ""; }
    closed = now.closed;
    said.replaceChildren(...told(now));
    alarm.textContent = now.error;
    actions.replaceChildren(...now.actions.map(([word, text, main]) => {
      const button = element("button", { type: "button", ...(main ? { class: "mlsd-main" } : {}) }, text);
      button.addEventListener("click", () => send({ do: word }));
      return button;
    }));
    if (here && wants && !now.error) {
      const first = field?.first?.() ?? field?.inputs.find((input) => input.checked) ?? field?.inputs[0];
      (now.closed || !first ? actions.querySelector("button") : first)?.focus({ preventScroll: true });
    }
    wants = false;
  };
  model.on("change:now", refresh);
  refresh();
}

export default { render };
