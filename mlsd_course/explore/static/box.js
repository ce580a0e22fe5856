// A question that is answered once, and the sentence that follows; also the explorer's heading.
let count = 0;

function answerField(ask, id) {
  if (ask.choices.length) {
    const options = ask.choices.map((choice, i) => {
      const input = element("input", { type: "radio", name: id, value: choice, id: `${id}-${i}` });
      return { input, line: element("div", { class: "mlsd-option" }, input, element("label", { for: input.id }, choice)) };
    });
    const field = element("fieldset", {}, element("legend", {}, ask.text), ...options.map((option) => option.line));
    return { field: [field], read: () => options.find((option) => option.input.checked)?.input.value ?? "" };
  }
  const input = element("input", { type: "number", id, step: "any", "aria-describedby": `${id}-allowed` });
  const question = element("p", {}, element("label", { for: id }, ask.text));
  const line = element("div", { class: "mlsd-actions" }, input,
    element("span", { id: `${id}-allowed` }, ask.unit || ""));
  return { field: [question, line], read: () => input.value, input };
}

function render({ model, el }) {
  const id = `mlsd-ask-${++count}`;
  const refresh = () => {
    const { title, question, ask, said, error } = model.get("now");
    const hadFocus = el.contains(document.activeElement);
    el.className = ask || said ? "mlsd-box" : "mlsd-controls";
    const parts = [];
    if (title) parts.push(element("p", { class: "mlsd-title", role: "heading", "aria-level": "4" }, title));
    if (question) parts.push(element("p", {}, question));
    if (ask && !ask.form) {
      const pass = element("button", { type: "button" }, "Show it without a prediction");
      pass.addEventListener("click", () => model.send({ do: "skip" }));
      parts.push(element("div", { class: "mlsd-actions" }, pass));
    } else if (ask) {
      const { field, read, input } = answerField(ask, id);
      const sure = element("select", { id: `${id}-sure` }, element("option", { value: "" }, "not stated"),
        ...ask.confidences.map((percent) => element("option", { value: percent }, `${percent} %`)));
      const commit = element("button", { type: "button" }, "Commit prediction");
      const pass = element("button", { type: "button" }, "Go on without one");
      const send = () => model.send({ do: "commit", value: read(), confidence: sure.value });
      commit.addEventListener("click", send);
      input?.addEventListener("keydown", (event) => { if (event.key === "Enter") send(); });
      pass.addEventListener("click", () => model.send({ do: "skip" }));
      parts.push(...field, element("div", { class: "mlsd-actions" },
        element("label", { for: sure.id }, "How sure are you?"), sure, commit, pass));
    }
    const trouble = element("p", { role: "alert" }, error || "");
    if (ask && error && el.querySelector("[role=alert]")) {
      el.querySelector("[role=alert]").textContent = error;  // keep what was typed
      return;
    }
    const answer = element("p", { role: "status", tabindex: "-1", class: "mlsd-said" }, said || "");
    el.replaceChildren(...parts, ...(said ? [answer] : []), trouble);
    if (hadFocus && said) answer.focus();
  };
  model.on("change:now", refresh);
  refresh();
}

export default { render };
