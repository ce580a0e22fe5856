// Shared by the other files, which it precedes: one way to make an element.
const OWN_KEYS = ["input", "select", "button", "summary"];

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (OWN_KEYS.includes(tag)) keepKeys(node);
  node.append(...children);
  return node;
}

// JupyterLab's shortcuts match on the focused element first, so each one says for itself that plain keys are its own.
// While Control or Command is held it does not, so that saving works from everywhere.
function keepKeys(node) {
  const keep = (on) => {
    if (on) node.dataset.lmSuppressShortcuts = "true";
    else delete node.dataset.lmSuppressShortcuts;
  };
  keep(true);
  node.addEventListener("keydown", (event) => { if (event.ctrlKey || event.metaKey) keep(false); });
  node.addEventListener("keyup", (event) => { if (!event.ctrlKey && !event.metaKey) keep(true); });
  node.addEventListener("blur", () => keep(true));
}
