/* 总览: charts drawn from the figures that stand in the table beneath, and arrows in the grid. Without it the tables
   are all there is, and nothing is missing. */
(function () {
  "use strict";
  var FONT = getComputedStyle(document.body).fontFamily;

  function option(data) {
    var size = parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.8125;
    var text = { fontFamily: FONT, fontSize: size, color: "#1b2430" };
    return {
      animation: false,
      textStyle: text,
      grid: { left: 8, right: 8, top: 40, bottom: 8, containLabel: true },
      legend: { top: 4, left: 4, itemWidth: 14, itemHeight: 10, textStyle: text, selectedMode: false },
      xAxis: { type: "category", data: data.labels, axisTick: { show: false }, axisLabel: { hideOverlap: true, fontSize: size, color: "#5b6472" } },
      yAxis: { type: "value", minInterval: 1, axisLabel: { fontSize: size, color: "#5b6472" }, splitLine: { lineStyle: { color: "#dde3eb" } } },
      series: data.series.map(function (each) {
        return { name: each.name, type: "bar", stack: "all", silent: true, barMaxWidth: 28, itemStyle: { color: each.colour }, data: each.values };
      })
    };
  }

  /* Without a viewBox the paper shows the left part of a drawing made for the screen. */
  window.addEventListener("beforeprint", function () {
    Array.prototype.forEach.call(document.querySelectorAll("[data-chart] svg"), function (svg) {
      svg.setAttribute("viewBox", "0 0 " + parseFloat(svg.getAttribute("width")) + " " + parseFloat(svg.getAttribute("height")));
    });
  });
  window.addEventListener("afterprint", function () {
    Array.prototype.forEach.call(document.querySelectorAll("[data-chart] svg"), function (svg) { svg.removeAttribute("viewBox"); });
  });

  function draw(within) {
    if (!window.echarts) return;
    Array.prototype.forEach.call(within.querySelectorAll("[data-chart][hidden]"), function (box) {
      var source = document.getElementById(box.dataset.chart);
      var data = source && JSON.parse(source.textContent);
      if (!data || !data.series.length) return;
      box.hidden = false;
      var chart = window.echarts.init(box, null, { renderer: "svg" });
      chart.setOption(option(data));
      var table = box.parentNode.querySelector("details.chart-table");
      if (table) table.open = false;
      window.addEventListener("resize", function () { if (box.isConnected) chart.resize(); });
    });
    grid(within);
  }

  /* One stop for Tab in the grid, arrows lead on from there. */
  function grid(within) {
    Array.prototype.forEach.call(within.querySelectorAll("[data-heat]"), function (table) {
      var first = table.querySelector("tbody a.heat");
      if (first) first.removeAttribute("tabindex");
    });
  }
  document.addEventListener("keydown", function (event) {
    var link = event.target.closest && event.target.closest("[data-heat] a.heat");
    if (!link) return;
    var cell = link.parentNode;
    var row = cell.parentNode;
    var column = cell.cellIndex;
    var next = null;
    var step = { ArrowLeft: -1, ArrowRight: 1 }[event.code];
    if (step) {
      for (column += step; row.cells[column] && !next; column += step) next = row.cells[column].querySelector("a.heat");
    } else if (event.code === "ArrowUp" || event.code === "ArrowDown") {
      var rows = link.closest("table").rows;
      var to = row.rowIndex + (event.code === "ArrowUp" ? -1 : 1);
      for (; rows[to] && !next; to += event.code === "ArrowUp" ? -1 : 1) {
        next = rows[to].cells[column] && rows[to].cells[column].querySelector("a.heat");
      }
    } else {
      return;
    }
    event.preventDefault();
    if (!next) return;
    link.tabIndex = -1;
    next.removeAttribute("tabindex");
    next.focus();
  });

  document.addEventListener("htmx:afterSwap", function (event) { draw(event.target); });
  draw(document);
})();
