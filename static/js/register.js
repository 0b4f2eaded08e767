/* 考勤台账 by keyboard: one Tab stop, arrows, marks by physical key, saved in batches, nothing lost without network. */
(function () {
  "use strict";
  var WAIT = 800;
  var doc = document;
  var table = doc.getElementById("register");
  if (!table || !table.dataset.keys) return;
  var keys = JSON.parse(table.dataset.keys);
  var state = doc.getElementById("register-state");
  var refused = doc.getElementById("register-refused");
  var panel = doc.getElementById("register-reason");
  var why = doc.getElementById("register-why");
  var calm = state.textContent;
  var rows = Array.prototype.filter.call(table.tBodies, function () { return true; }).reduce(function (all, body) {
    return all.concat(Array.prototype.filter.call(body.rows, function (row) { return row.dataset.p; }));
  }, []);
  if (!rows.length) return;
  var width = table.tHead.rows[0].querySelectorAll("th:not(.is-who):not(.is-sum)").length;
  var today = table.dataset.today;
  var month = table.dataset.month;
  var last = today.slice(0, 7) === month ? Number(today.slice(8)) : today.slice(0, 7) > month ? width : 0;
  var at = { row: 0, day: Math.max(1, last) };
  var from = null;
  var pending = {};
  var waiting = {};
  var timer = 0;
  var sending = false;

  function cell(row, day) { return rows[row].cells[day]; }
  function spot(row, day) { return rows[row].dataset.p + ":" + day; }
  function team(row) { return rows[row].parentNode.dataset.team; }
  function rowOf(posting) {
    for (var index = 0; index < rows.length; index += 1) if (rows[index].dataset.p === String(posting)) return index;
    return -1;
  }
  function say(text) {
    var live = doc.getElementById("live");
    if (live) live.textContent = text;
  }
  function count() { return Object.keys(pending).length; }
  function tell(text) { state.textContent = text || (count() ? "还有 " + count() + " 格没有存" : calm); }

  /* ---- moving ---- */
  function each(act) {
    var top = Math.min(at.row, from ? from.row : at.row);
    var bottom = Math.max(at.row, from ? from.row : at.row);
    var left = Math.min(at.day, from ? from.day : at.day);
    var right = Math.max(at.day, from ? from.day : at.day);
    for (var row = top; row <= bottom; row += 1) for (var day = left; day <= right; day += 1) act(row, day);
  }
  function paint() {
    Array.prototype.forEach.call(table.querySelectorAll(".is-picked"), function (td) { td.classList.remove("is-picked"); });
    if (from) each(function (row, day) { cell(row, day).classList.add("is-picked"); });
  }
  function go(row, day, keep) {
    row = Math.max(0, Math.min(rows.length - 1, row));
    day = Math.max(1, Math.min(width, day));
    if (keep && !from) from = { row: at.row, day: at.day };
    if (!keep) from = null;
    cell(at.row, at.day).removeAttribute("tabindex");
    at = { row: row, day: day };
    var td = cell(row, day);
    td.tabIndex = 0;
    td.focus();
    paint();
  }
  var MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  function mark(code) {
    var name = code.replace("Numpad", "Digit");
    return keys[name === "Backspace" ? "Delete" : name];
  }
  table.addEventListener("keydown", function (event) {
    if (event.target.tagName !== "TD" || event.altKey || event.metaKey) return;
    var move = MOVES[event.code];
    if (move) go(at.row + move[0], at.day + move[1], event.shiftKey);
    else if (event.code === "Home") go(event.ctrlKey ? 0 : at.row, 1, event.shiftKey);
    else if (event.code === "End") go(event.ctrlKey ? rows.length - 1 : at.row, width, event.shiftKey);
    else if (event.ctrlKey) return;
    else if (event.code === "Escape") { from = null; paint(); }
    else if (event.code === "Enter" || event.code === "NumpadEnter") look();
    else if (event.code === "Digit0" || event.code === "Numpad0") absent();
    else if (mark(event.code)) each(function (row, day) { put(row, day, mark(event.code)); });
    else return;
    event.preventDefault();
  });
  table.addEventListener("click", function (event) {
    var td = event.target.closest("td");
    var row = td ? rows.indexOf(td.parentNode) : -1;
    if (row >= 0 && td.cellIndex >= 1 && td.cellIndex <= width) go(row, td.cellIndex, event.shiftKey);
  });

  /* ---- marks wait to be saved ---- */
  function open(row, day) {
    return day <= last && team(row) && !rows[row].hasAttribute("data-own") && !cell(row, day).classList.contains("m-out");
  }
  function put(row, day, chosen) {
    if (!open(row, day)) return;
    var td = cell(row, day);
    pending[spot(row, day)] = { row: row, day: day, mark: chosen[0] };
    td.textContent = chosen[1];
    td.className = "is-unsaved";
    if (from) td.classList.add("is-picked");
    say((day) + "日：" + chosen[2]);
    later();
  }
  function later() {
    tell();
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  }
  function fill(whole) {
    var chosen = keys.Digit1;
    var index;
    function one(row, day) {
      if (!cell(row, day).textContent.trim()) put(row, day, chosen);
    }
    if (whole === "row") for (index = 1; index <= width; index += 1) one(at.row, index);
    else for (index = 0; index < rows.length; index += 1) one(index, at.day);
  }
  doc.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest(".register-tools button, [data-drop], [data-again]") : null;
    if (!button) return;
    if (button.dataset.mark) each(function (row, day) { put(row, day, keys[button.dataset.mark]); });
    if (button.dataset.fill) fill(button.dataset.fill);
    if (button.hasAttribute("data-look")) look();
    if (button.hasAttribute("data-absent")) absent();
    if (button.hasAttribute("data-again")) save();
    if (button.hasAttribute("data-drop")) {
      waiting = {};
      location.reload();
    }
  });
  panel.addEventListener("submit", function (event) {
    event.preventDefault();
    if (!why.value.trim()) {
      doc.getElementById("register-why-help").textContent = "写一句为什么改";
      why.focus();
      return;
    }
    Object.keys(waiting).forEach(function (key) { pending[key] = waiting[key]; });
    waiting = {};
    save(null, why.value.trim());
  });

  /* ---- saving: one team at a time, all of a batch or nothing ---- */
  function save(_, reason) {
    clearTimeout(timer);
    var names = Object.keys(pending);
    if (sending || !names.length) return;
    var of = team(pending[names[0]].row);
    var sent = {};
    var form = new FormData();
    form.append("team", of);
    form.append("month", month);
    if (reason) form.append("reason", reason);
    names.forEach(function (key) {
      var one = pending[key];
      if (team(one.row) !== of) return;
      sent[key] = one;
      form.append("entry", [rows[one.row].dataset.p, one.day, one.mark, rows[one.row].dataset.seen].join(":"));
    });
    sending = true;
    tell("正在保存…");
    fetch(table.dataset.url, {
      method: "POST", body: form, redirect: "manual",
      headers: { Accept: "application/json", "X-CSRFToken": JSON.parse(doc.body.getAttribute("hx-headers"))["X-CSRFToken"] }
    }).then(function (response) {
      if (response.type === "opaqueredirect") throw new Error("登录已过期，内容还在。在另一个窗口登录以后，再点");
      if ([200, 409, 422].indexOf(response.status) < 0) throw new Error("系统没有存上，内容还在");
      return response.json();
    }).then(function (answer) {
      sending = false;
      settle(sent, answer);
    }).catch(function (error) {
      sending = false;
      trouble(/[\u4e00-\u9fff]/.test(error.message) ? error.message : "没有连上网络，内容还在");
    });
  }
  function settle(sent, answer) {
    var bad = {};
    var all = false;
    refused.textContent = "";
    answer.refused.forEach(function (one) {
      if (one.cell.indexOf(":") > 0) bad[one.cell] = one;
      else all = true;
      if (one.code !== "reason") line(one.sentence);
    });
    Object.keys(sent).forEach(function (key) {
      /* All or nothing: what was not refused itself goes again, unless it has been typed over meanwhile. */
      var saved = !answer.refused.length;
      if (pending[key] !== sent[key]) return;
      if (saved || bad[key] || all) delete pending[key];
      if (bad[key] && bad[key].code === "reason") waiting[key] = sent[key];
    });
    answer.rows.forEach(show);
    Object.keys(bad).forEach(function (key) {
      var one = sent[key];
      if (one && bad[key].code !== "reason") cell(one.row, one.day).classList.add("is-bad");
    });
    ask(answer.refused);
    tell();
    if (!answer.refused.length) say("已保存");
    if (count()) later();
  }
  function show(row) {
    var index = rowOf(row.posting);
    if (index < 0) return;
    rows[index].dataset.seen = row.seen;
    row.cells.forEach(function (now, place) {
      var key = spot(index, place + 1);
      if (pending[key] || waiting[key]) return;
      var td = cell(index, place + 1);
      td.textContent = now.glyph;
      td.className = now.css;
    });
    row.totals.forEach(function (text, place) { cell(index, width + 1 + place).textContent = text; });
    paint();
  }
  function ask(list) {
    var names = Object.keys(waiting);
    if (!names.length) {
      panel.hidden = true;
      why.value = "";
      return;
    }
    var words = list.filter(function (one) { return one.code === "reason"; }).map(function (one) { return one.sentence; });
    if (words.length) doc.getElementById("register-why-help").textContent = words.slice(0, 3).join("；") + (words.length > 3 ? "；等 " + words.length + " 处" : "");
    if (panel.hidden) {
      panel.hidden = false;
      why.focus();
    }
  }
  function line(text) {
    var p = doc.createElement("p");
    p.textContent = text;
    refused.appendChild(p);
  }
  function trouble(text) {
    refused.textContent = "";
    line(text);
    var button = doc.createElement("button");
    button.type = "button";
    button.className = "btn btn-outline-secondary";
    button.setAttribute("data-again", "");
    button.textContent = "再存一次";
    refused.appendChild(button);
    tell();
  }
  window.addEventListener("online", function () { save(); });
  window.addEventListener("beforeunload", function (event) {
    if (count() || Object.keys(waiting).length) event.preventDefault();
  });

  /* ---- ✗ is a person's finding: the key leads to the page where the day is looked into ---- */
  function absent() {
    if (!table.dataset.absence || !open(at.row, at.day)) return;
    if (count()) {
      say("先等登记存好，再核实这一天");
      save();
      return;
    }
    location.assign(table.dataset.absence + "?posting=" + rows[at.row].dataset.p + "&day=" + month + "-" + ("0" + at.day).slice(-2));
  }

  /* ---- the history of a cell, beneath the grid ---- */
  function look() {
    var url = table.dataset.history.replace("/0/", "/" + rows[at.row].dataset.p + "/");
    var box = doc.getElementById("cell-history");
    fetch(url + "?day=" + month + "-" + ("0" + at.day).slice(-2), { headers: { "X-Requested-With": "fetch" } }).then(function (response) {
      if (!response.ok) throw new Error();
      return response.text();
    }).then(function (html) {
      box.innerHTML = html;
      box.scrollIntoView({ block: "nearest" });
      say(box.textContent.replace(/\s+/g, " "));
    }).catch(function () { box.textContent = "这一天没有记录"; });
  }

  cell(at.row, at.day).tabIndex = 0;
})();
