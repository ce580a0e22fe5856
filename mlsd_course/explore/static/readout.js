// Sentence and table. The live region speaks once the controls have been still for a moment.
function render({ model, el }) {
  el.classList.add("mlsd-readout");
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
  const here = (parts) => el.closest(".mlsd-explorer, .mlsd-figure")?.querySelector(parts);
  const refresh = () => {
    const { sentence: text, rows, met, verdict: tag } = model.get("now");
    sentence.dataset.met = String(met);
    verdict.textContent = tag;
    words.textContent = text;
    body.replaceChildren(...rows.map(row));
    clearTimeout(timer);
    timer = setTimeout(() => {
      spoken.textContent = `${tag} ${text}`;
      const chart = here(".mlsd-chart");
      chart?.setAttribute("role", "img");
      chart?.setAttribute("aria-label", `Chart: ${model.get("title")}. ${text} The table below has the numbers.`);
    }, 500);
  };
  model.on("change:now", refresh);
  refresh();

  // The chart loads on its own: once it is drawn, fit it to the page and let the kernel send what it missed.
  let tries = 0;
  const watch = setInterval(() => {
    const chart = here(".mlsd-chart .js-plotly-plot, .mlsd-chart.js-plotly-plot");
    if (chart?._fullLayout && chart.isConnected) {
      clearInterval(watch);
      window.dispatchEvent(new Event("resize"));
      model.send({ do: "ready" });
    } else if (++tries > 600) clearInterval(watch);
  }, 50);
  return () => { clearTimeout(timer); clearInterval(watch); };
}

export default { render };
