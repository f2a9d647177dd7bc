// Brings the charts of a page to life when the reader comes near. Without this script each chart
// is still there: drawn, described and as a table.
(() => {
  const root = document.documentElement.dataset.content_root || "./";
  let library;

  const loadVega = () =>
    (library ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `${root}_static/vega.js`;
      script.onload = () => resolve(window.vegaEmbed);
      script.onerror = () => reject(new Error("The chart library could not be loaded; the drawings stay."));
      document.head.append(script);
    }));

  const bringToLife = async (chart) => {
    const embed = await loadVega();
    const stage = document.createElement("div");
    stage.className = "chart-live";
    stage.setAttribute("aria-hidden", "true"); // the description on .chart-view speaks for both
    chart.querySelector(".chart-view").append(stage);
    await embed(stage, JSON.parse(chart.querySelector(".chart-spec").textContent), {
      mode: "vega-lite",
      renderer: "svg",
      actions: false,
      defaultStyle: false,
      bind: chart.querySelector(".chart-controls"),
      tooltip: { theme: "book" },
    });
    chart.classList.add("is-live");
  };

  // A still chart with a choice in it: the reader's first click brings the choice.
  const offer = (chart) => {
    if (!chart.querySelector(".chart-controls:not([hidden])")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chart-start";
    button.textContent = "See the other choices";
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        await bringToLife(chart);
        button.remove();
        chart.querySelector(".chart-controls :is(select, input)").focus();
      } catch (error) {
        button.textContent = error.message;
      }
    });
    chart.querySelector(".chart-view").before(button);
  };
  document.querySelectorAll(".chart.still").forEach(offer);

  const near = new IntersectionObserver(
    (entries) =>
      entries
        .filter((entry) => entry.isIntersecting)
        .forEach(({ target }) => {
          near.unobserve(target);
          bringToLife(target).catch((error) => console.error(error.message));
        }),
    { rootMargin: "400px" },
  );
  document.querySelectorAll(".chart:not(.still)").forEach((chart) => near.observe(chart));
})();
