// Sentence and table. The live region speaks once the controls have been still for a moment.
function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function render({ model, el }) {
  el.classList.add("mlsd-readout");
  el.dataset.lmSuppressShortcuts = "true";
  const verdict = element("span", { class: "mlsd-verdict" });
  const words = element("span");
  const sentence = element("p", { class: "mlsd-sentence" }, verdict, " ", words);
  const spoken = element("div", { class: "mlsd-quiet-region", role: "status", "aria-live": "polite" });
  const body = element("tbody");
  const table = element("table", { "aria-label": `${model.get("title")}: the numbers of the chart` },
    element("thead", {}, element("tr", {},
      ...model.get("columns").map((head) => element("th", { scope: "col" }, head)))), body);
  el.append(sentence, spoken, table);

  const row = (cells) => element("tr", {}, ...cells.map((cell, i) =>
    i === 0 ? element("th", { scope: "row" }, cell) : element("td", {}, cell)));
  let timer = 0;
  const refresh = () => {
    const { sentence: text, rows, met, verdict: tag } = model.get("now");
    el.dataset.met = String(met);
    verdict.textContent = tag;
    words.textContent = text;
    body.replaceChildren(...rows.map(row));
    clearTimeout(timer);
    timer = setTimeout(() => {
      spoken.textContent = `${tag} ${text}`;
      const chart = el.closest(".mlsd-explorer")?.querySelector(".mlsd-chart .js-plotly-plot");
      chart?.setAttribute("role", "img");
      chart?.setAttribute("aria-label", `Chart: ${model.get("title")}. ${text} The table below has the numbers.`);
    }, 500);
  };
  model.on("change:now", refresh);
  refresh();
  return () => clearTimeout(timer);
}

export default { render };
