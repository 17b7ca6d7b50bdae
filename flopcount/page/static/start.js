// Put it together: what is static becomes live, then each change shows itself everywhere.

let waiting = null;

function show() {
  const shown = priced();
  document.body.classList.toggle("changed", !isOriginal() && !shown.error);
  updateTable(shown);
  if (data.modules.length) drawModule(shown);
  if (data.live) {
    updateControls();
    updateOutcome(shown);
  }
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => updateCharts(shown));
}

function listen() {
  byId("search").addEventListener("input", arrange);
  for (const [id, opened] of [
    ["open", true],
    ["shut", false],
  ])
    byId(id).addEventListener("click", () => {
      isOpen.fill(opened);
      arrange();
    });
  byId("why").addEventListener("change", arrange);
  byId("choice").addEventListener("change", () => {
    state.module = byId("choice").selectedIndex;
    show();
  });
}

function start() {
  for (const part of document.querySelectorAll(".scripted")) part.hidden = false;
  state.module = data.layers.find((layer) => layer.branch !== null)?.module ?? 0;
  data.modules.forEach((module, place) =>
    byId("choice").append(
      new Option(shorten(module.name, 60), place, false, place === state.module),
    ),
  );
  byId("module").hidden = !data.modules.length;
  addColumns();
  addButtons();
  listen();
  if (data.live) {
    buildControls();
    byId("whatif").hidden = false;
    byId("pair").classList.add("two");
  }
  show();
  showCharts().then(() => {
    document.documentElement.dataset.ready = "yes";
  });
}

start();
