// Native inputs over rows of stops: the kernel knows the values, this side only positions.
let count = 0;

function control(spec, move) {
  const id = `mlsd-control-${++count}`;
  const help = element("small", { id: `${id}-help`, class: "mlsd-help" });
  const label = element("label", { for: id }, element("span", {}, spec.label));
  const box = element("div", { class: `mlsd-control mlsd-${spec.kind}`, "data-name": spec.name });
  let input, show;
  if (spec.kind === "slider") {
    const output = element("output", { for: id });
    input = element("input", { type: "range", id, min: 0, max: spec.texts.length - 1, step: 1 });
    label.append(output);
    show = (index) => {
      input.value = index;
      output.textContent = spec.texts[index];
      input.setAttribute("aria-valuetext", spec.texts[index]);
    };
    input.addEventListener("input", () => { show(Number(input.value)); move(Number(input.value)); });
  } else if (spec.kind === "choice") {
    input = element("select", { id });
    spec.texts.forEach((text, index) => input.append(element("option", { value: index }, text)));
    show = (index) => { input.value = index; };
    input.addEventListener("change", () => move(Number(input.value)));
  } else {
    input = element("input", { type: "checkbox", id });
    show = (index) => { input.checked = index === 1; };
    input.addEventListener("change", () => move(Number(input.checked)));
    label.prepend(input);
  }
  input.setAttribute("aria-describedby", help.id);
  box.append(label);
  if (spec.kind !== "toggle") box.append(input);
  box.append(help);
  const explain = (idle) => {
    box.classList.toggle("mlsd-idle", idle);
    help.textContent = idle ? `No effect now: needs ${spec.needs}.` : spec.help;
  };
  explain(false);
  return { box, show, explain };
}

function render({ model, el }) {
  el.classList.add("mlsd-controls");
  const specs = model.get("specs");
  const set = (state) => { model.set("state", state); model.save_changes(); };
  const parts = specs.map((spec) =>
    control(spec, (index) => set({ ...model.get("state"), [spec.name]: index })));

  const presets = element("div", { class: "mlsd-presets", role: "group", "aria-label": "Presets" });
  const buttons = model.get("presets").map(({ label, state }) => {
    const button = element("button", { type: "button", "aria-pressed": "false" }, label);
    button.addEventListener("click", () => set({ ...model.get("state"), ...state }));
    presets.append(button);
    return { button, state };
  });

  const grid = (place) => element("div", { class: "mlsd-grid" },
    ...parts.filter((_, i) => specs[i].place === place).map((part) => part.box));
  const row = parts.filter((_, i) => specs[i].place === "row");
  presets.append(...row.map((part) => { part.box.classList.add("mlsd-mine"); return part.box; }));
  el.append(presets, grid("sight"));
  const hidden = specs.filter((spec) => spec.place === "folded").length;
  if (hidden) {
    el.append(element("details", {}, element("summary", {}, `More (${hidden})`), grid("folded")));
  }

  const refresh = () => {
    const state = model.get("state");
    const idle = model.get("idle");
    parts.forEach((part, i) => {
      part.show(state[specs[i].name]);
      part.explain(idle.includes(specs[i].name));
    });
    buttons.forEach(({ button, state: wanted }) => {
      const here = Object.entries(wanted).every(([name, index]) => state[name] === index);
      button.setAttribute("aria-pressed", String(here));
    });
  };
  model.on("change:state", refresh);
  model.on("change:idle", refresh);
  refresh();
}

export default { render };
