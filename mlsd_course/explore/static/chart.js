// anywidget gives up on a module that takes more than two seconds to load, and plotly's five megabytes take longer on a busy
// machine. So they are loaded apart from this one, and once for all charts of a page.
function plotly(model) {
  window.mlsdPlotly ??= import(URL.createObjectURL(new Blob([model.get("bundle")], { type: "text/javascript" })));
  return window.mlsdPlotly.catch((error) => { window.mlsdPlotly = undefined; throw error; });
}

export default () => {
  let figure;
  return {
    async render(context) {
      const module = await plotly(context.model);
      if (!figure) {
        figure = module.default();
        figure.initialize(context);
      }
      return figure.render(context);
    },
  };
};
