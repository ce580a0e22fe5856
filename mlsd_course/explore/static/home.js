// The start page. All words and numbers come from the kernel; a section is drawn again only when its content changed.
let homes = 0;

const settings = () => JSON.parse(document.getElementById("jupyter-config-data")?.textContent || "{}");

// Where JupyterLab says how it opens files, a link opens the notebook beside this one; else the browser opens it.
async function lead(anchor, path, manager) {
  const markdown = manager?.rendermime, resolver = markdown?.resolver;
  if (!resolver || !markdown.linkHandler) return;
  const whole = await resolver.resolveUrl(encodeURI(path));
  anchor.href = `${settings().baseUrl ?? "/"}lab/tree/${whole}`;
  markdown.linkHandler.handleLink(anchor, decodeURI(whole), "");
}

function render({ model, el }) {
  const id = `mlsd-home-${++homes}`, seen = {};
  const section = (name) => element("section", { "data-part": name });
  const parts = Object.fromEntries(["step", "trouble", "figures", "chapters", "reviews", "mastery", "ledger", "record"].map((name) => [name, section(name)]));
  const title = element("p", { class: "mlsd-title", role: "heading", "aria-level": "3" });
  const said = element("p", { role: "status", class: "mlsd-said" });
  const alarm = element("p", { role: "alert" });
  el.className = "mlsd-box mlsd-home";
  el.setAttribute("role", "group");
  parts.step.setAttribute("aria-live", "polite");
  el.replaceChildren(title, ...Object.values(parts), said, alarm);

  const head = (text) => element("p", { class: "mlsd-head", role: "heading", "aria-level": "4" }, text);
  const link = ({ label, path }, text = label, spoken = "") => {
    if (!path) return element("span", {}, text);
    const anchor = element("a", { href: path, "data-key": path, ...(spoken ? { "aria-label": spoken } : {}) }, text);
    lead(anchor, path, model.widget_manager);
    return anchor;
  };
  const button = (text, content, more = {}) => {
    const node = element("button", { type: "button", "data-key": text, ...more }, text);
    node.addEventListener("click", () => model.send(content));
    return node;
  };
  const count = ([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value));

  const row = ({ title: name, state, notebooks, cells }) => {
    const open = element("span", { class: "mlsd-open" }, ...notebooks.map((one) => link(one, one.name, `${name}: ${one.name}`)));
    return element("tr", { "data-state": state }, element("th", { scope: "row" }, name, open), ...cells.map((cell) => element("td", {}, cell)));
  };
  const group = (columns) => ({ name, rows }) => element("tbody", {},
    element("tr", {}, element("th", { scope: "rowgroup", colspan: String(columns.length) }, name)), ...rows.map(row));
  const table = ({ columns, parts: groups, note }) => [
    head("Chapters"),
    element("div", { class: "mlsd-wide" }, element("table", { "aria-label": "Chapters and how far you are", "aria-describedby": `${id}-note` },
      element("thead", {}, element("tr", {}, ...columns.map((name) => element("th", { scope: "col" }, name)))), ...groups.map(group(columns)))),
    element("p", { class: "mlsd-help", id: `${id}-note` }, note)];

  const aim = ({ says, words, share }) => {
    const filled = element("span");
    filled.style.width = `${100 * share}%`;
    return element("li", {}, element("span", {}, says), element("span", { class: "mlsd-bar", "aria-hidden": "true" }, filled), element("span", {}, words));
  };
  const chapter = (open) => ({ title: name, summary, rows }) => {
    const details = element("details", open.has(name) ? { open: "" } : {},
      element("summary", { "data-key": name }, `${name}: ${summary}`), element("ul", {}, ...rows.map(aim)));
    details.dataset.name = name;
    return details;
  };
  const mastery = (chapters) => {
    const open = new Set([...parts.mastery.querySelectorAll("details[open]")].map((node) => node.dataset.name));
    if (!seen.mastery && chapters.length) open.add(chapters.at(-1).title);
    const none = "Nothing answered yet. The self-check at the end of each lesson fills this.";
    return [head("Mastery per objective"), ...(chapters.length ? chapters.map(chapter(open)) : [element("p", {}, none)])];
  };

  const record = ({ record: words, events, asking }) => [
    head("Your record"), element("p", {}, words),
    element("div", { class: "mlsd-actions" },
      button("Export as JSON", { do: "export", form: "json" }), button("Export as Markdown", { do: "export", form: "markdown" }),
      button("Delete it …", { do: "ask" }, { "aria-expanded": String(asking) })),
    ...(asking ? [element("div", { class: "mlsd-sure", role: "group", "aria-label": "Delete your record?" },
      element("p", {}, `Delete all ${events} events: predictions, answers, measurements? They cannot be brought back. Notebooks and designs stay.`),
      element("div", { class: "mlsd-actions" }, button("Delete all", { do: "delete" }), button("Keep them", { do: "keep" })))] : [])];

  const draw = (name, content, make) => {
    const key = JSON.stringify(content);
    if (seen[name] === key) return;
    const focused = parts[name].contains(document.activeElement) ? document.activeElement.dataset.key : null;
    parts[name].replaceChildren(...make(content));
    seen[name] = key;
    if (focused) [...parts[name].querySelectorAll("[data-key]")].find((node) => node.dataset.key === focused)?.focus({ preventScroll: true });
  };

  const refresh = () => {
    const now = model.get("now"), asked = parts.record.querySelector(".mlsd-sure") !== null;
    title.textContent = now.title;
    el.setAttribute("aria-label", now.title);
    draw("trouble", now.trouble, (all) => [element("div", { class: "mlsd-trouble", role: "alert" }, ...all.map((one) => element("p", {}, one)))]);
    draw("step", now.step, (step) => [element("p", { class: "mlsd-step" }, element("strong", {}, "Next: "), step.sentence, " ", step.label ? link(step) : "")]);
    draw("figures", now.figures, (all) => [element("dl", {}, ...all.map(count))]);
    draw("chapters", { columns: now.columns, parts: now.parts, note: now.note }, table);
    draw("reviews", now.reviews, ({ sentence, due }) => [head("Due reviews"), element("p", {}, sentence),
      ...(due ? [element("div", { class: "mlsd-actions" }, button("Review now", { do: "review" }))] : [])]);
    draw("mastery", now.mastery, mastery);
    draw("ledger", { ledger: now.ledger, exam: now.exam }, ({ ledger, exam }) => [
      head("Predictions"), element("p", {}, ledger), head("Mastery check"), element("p", {}, exam)]);
    draw("record", { record: now.record, events: now.events, asking: now.asking }, record);
    said.textContent = now.said;
    alarm.textContent = now.error;
    if (now.asking && !asked) parts.record.querySelector(".mlsd-sure button:last-child")?.focus();
    if (!now.asking && asked && !el.contains(document.activeElement)) parts.record.querySelector("[aria-expanded]")?.focus();
  };
  model.on("change:now", refresh);
  model.on("msg:custom", ({ file, type, text }) => {
    if (!file) return;
    const address = URL.createObjectURL(new Blob([text], { type }));
    const anchor = element("a", { href: address, download: file });
    document.body.append(anchor);
    anchor.click();
    anchor.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  });
  refresh();
}

export default { render };
