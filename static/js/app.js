/* Zhubang: help on top of pages that work without it. No framework, no eval; words stand in base.html's templates
   except the three below. */
(function () {
  "use strict";
  var SENDING = "正在提交…";
  var SHOW = "显示";
  var HIDE = "隐藏";
  var doc = document;
  var root = doc.documentElement;
  root.classList.add("js");

  function each(selector, act, within) {
    Array.prototype.forEach.call((within || doc).querySelectorAll(selector), act);
  }
  function say(text) {
    var live = doc.getElementById("live");
    if (live) live.textContent = text;
  }
  function words(id) {
    var template = doc.getElementById(id);
    return template ? template.content.firstElementChild.cloneNode(true) : null;
  }
  function byHtmx(form) {
    return form.hasAttribute("hx-post") || form.hasAttribute("hx-get");
  }

  /* ---- a submit is sent once ---- */
  function busy(button) {
    if (!button || button.dataset.words !== undefined) return;
    button.dataset.words = button.textContent;
    button.style.minWidth = button.offsetWidth + "px";
    button.textContent = SENDING;
    say(SENDING);
  }
  function ready(within) {
    each("[data-words]", function (button) {
      button.textContent = button.dataset.words;
      /* An empty style left behind is copied by htmx, and refused by the policy. */
      button.removeAttribute("style");
      delete button.dataset.words;
      button.disabled = false;
    }, within);
    if (within && within.dataset) delete within.dataset.sent;
  }
  function mainButton(form) {
    return form.querySelector("button[type=submit], button:not([type])");
  }

  doc.addEventListener("submit", function (event) {
    var form = event.target;
    /* A field called "method" stands before form.method. */
    if (event.defaultPrevented || form.getAttribute("method") !== "post" || byHtmx(form)) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    var button = event.submitter || mainButton(form);
    if (navigator.onLine === false) {
      event.preventDefault();
      trouble("net-lost", form, function () { form.requestSubmit(button); });
      return;
    }
    form.dataset.sent = "1";
    if (form.hasAttribute("data-forget")) forgetDrafts();
    markSent(form);
    /* Disabled after this turn, so that the pressed button's name and value still travel. */
    setTimeout(function () {
      busy(button);
      if (button) button.disabled = true;
    }, 0);
  });
  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) return;
    each("form[data-sent]", ready);
  });

  /* ---- trouble on the way: a sentence beside the form, its contents stay ---- */
  function trouble(id, near, again) {
    var box = words(id);
    var form = near && near.closest ? near.closest("form") : null;
    var host = (form && form.closest(".actions-row")) || form || doc.getElementById("main");
    var before = host === form ? mainButton(form) : host && host.firstChild;
    each(".notice.is-trouble", function (old) { old.remove(); });
    if (!box || !host) return;
    while (before && before.parentNode !== host) before = before.parentNode;
    box.classList.add("is-trouble");
    var retry = box.querySelector("[data-retry]");
    if (retry) {
      retry.addEventListener("click", function () {
        box.remove();
        again();
      });
    }
    host.insertBefore(box, before);
    if (box.scrollIntoView) box.scrollIntoView({ block: "nearest" });
  }
  function repeat(event) {
    var element = event.detail.elt;
    var config = event.detail.requestConfig || {};
    var pressed = config.triggeringEvent && config.triggeringEvent.submitter;
    return function () {
      /* htmx sends the value of the button that was focused last, which is now 重试. */
      if (pressed && pressed.isConnected) pressed.focus();
      if (element.tagName === "FORM") element.requestSubmit(pressed && pressed.isConnected ? pressed : undefined);
      else if (element.click) element.click();
    };
  }
  doc.addEventListener("htmx:beforeRequest", function (event) {
    var element = event.detail.elt;
    each(".notice.is-trouble", function (old) { old.remove(); });
    if (element.tagName !== "FORM" || element.getAttribute("method") !== "post") return;
    var config = event.detail.requestConfig || {};
    busy((config.triggeringEvent && config.triggeringEvent.submitter) || mainButton(element));
    markSent(element);
  });
  doc.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.elt.isConnected) ready(event.detail.elt);
  });
  doc.addEventListener("htmx:sendError", function (event) { trouble("net-lost", event.detail.elt, repeat(event)); });
  doc.addEventListener("htmx:timeout", function (event) { trouble("net-lost", event.detail.elt, repeat(event)); });
  doc.addEventListener("htmx:responseError", function (event) { trouble("not-done", event.detail.elt, repeat(event)); });
  doc.addEventListener("htmx:beforeSwap", function (event) {
    /* A sign-in that ran out answers a fragment's request with the sign-in page: keep the form instead. */
    if (/<form[^>]* data-login/.test(event.detail.serverResponse || "")) {
      event.detail.shouldSwap = false;
      trouble("signed-out", event.detail.elt, function () {});
    }
  });

  /* ---- after a swap the focus goes to what is new ---- */
  function settle(within) {
    var target = within.querySelector(".error-summary") || within.querySelector("[data-focus]");
    if (target) target.focus();
    var title = doc.title.replace(/^有错误：/, "");
    doc.title = doc.querySelector(".error-summary") ? "有错误：" + title : title;
  }
  doc.addEventListener("htmx:afterSettle", function (event) {
    if (event.detail.elt && event.detail.elt.querySelector) settle(event.detail.elt.parentNode || event.detail.elt);
    dress(doc);
  });
  doc.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest(".error-summary a[href^='#']") : null;
    var field = link && doc.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    if (!field.matches("input, select, textarea")) field = field.querySelector("input, select, textarea") || field;
    field.focus();
    (field.closest(".field, .pair") || field).scrollIntoView({ block: "nearest" });
  });

  /* ---- menus close on Escape and on a tap elsewhere ---- */
  doc.addEventListener("click", function (event) {
    each("details.menu[open]", function (menu) { if (!menu.contains(event.target)) menu.open = false; });
  });
  doc.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    each("details.menu[open]", function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
  doc.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-print]")) window.print();
  });

  /* ---- 全选: every box of the form, or none where all are picked ---- */
  doc.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-pick-all]") : null;
    if (!button) return;
    var boxes = button.form.querySelectorAll("input[type=checkbox]");
    var all = Array.prototype.every.call(boxes, function (box) { return box.checked; });
    Array.prototype.forEach.call(boxes, function (box) { box.checked = !all; });
  });

  /* ---- text kept in this tab only: form data-keep="a stable name" ---- */
  var PREFIX = "zb:";
  function forgetDrafts() {
    try {
      Object.keys(sessionStorage).forEach(function (key) { if (key.indexOf(PREFIX) === 0) sessionStorage.removeItem(key); });
    } catch (error) { /* storage is switched off: nothing was kept */ }
  }
  function kept(form) {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && !/^(hidden|password|file|submit|button)$/.test(field.type);
    });
  }
  function keep(form) {
    var values = kept(form).map(function (field) {
      return /^(checkbox|radio)$/.test(field.type) ? field.checked : field.value;
    });
    try { sessionStorage.setItem(PREFIX + form.dataset.keep, JSON.stringify(values)); } catch (error) { /* as above */ }
  }
  function markSent(form) {
    try { if (form.dataset.keep) sessionStorage.setItem(PREFIX + "sent", form.dataset.keep); } catch (error) { /* as above */ }
  }
  function restore(form) {
    var values = JSON.parse(sessionStorage.getItem(PREFIX + form.dataset.keep) || "null");
    var fields = kept(form);
    if (!values || values.length !== fields.length || form.querySelector("[aria-invalid]")) return;
    var changed = false;
    fields.forEach(function (field, index) {
      var choice = /^(checkbox|radio)$/.test(field.type);
      if ((choice ? field.checked : field.value) === values[index]) return;
      changed = true;
      if (choice) field.checked = values[index];
      else field.value = values[index];
    });
    if (!changed) return;
    var box = words("restored");
    form.insertBefore(box, form.firstChild);
    box.querySelector("[data-drop]").addEventListener("click", function () {
      sessionStorage.removeItem(PREFIX + form.dataset.keep);
      form.reset();
      box.remove();
    });
  }
  function drafts() {
    try {
      var sent = sessionStorage.getItem(PREFIX + "sent");
      /* Sent, and the answer is neither the same form nor a page of trouble: it arrived. */
      if (sent && !doc.querySelector('form[data-keep="' + sent + '"]') && !doc.querySelector(".aside-page")) {
        sessionStorage.removeItem(PREFIX + sent);
        sessionStorage.removeItem(PREFIX + "sent");
      }
      each("form[data-keep]", restore);
    } catch (error) { /* as above */ }
  }
  doc.addEventListener("input", function (event) {
    var form = event.target.form;
    if (form && form.dataset.keep) keep(form);
  });

  /* ---- small dressings ---- */
  function dress(within) {
    each("input[data-reveal]", function (field) {
      if (field.dataset.reveal === "on") return;
      field.dataset.reveal = "on";
      var button = doc.createElement("button");
      button.type = "button";
      button.textContent = SHOW;
      button.setAttribute("aria-label", SHOW + "密码");
      button.addEventListener("click", function () {
        var hidden = field.type === "password";
        field.type = hidden ? "text" : "password";
        button.textContent = hidden ? HIDE : SHOW;
        button.setAttribute("aria-label", (hidden ? HIDE : SHOW) + "密码");
      });
      field.parentNode.appendChild(button);
    }, within);
    /* In a narrow window the present day is what one came for; afterwards the grid stays where a finger moved it. */
    each("thead [aria-current=date]", function (day) {
      if (day.dataset.shown) return;
      day.dataset.shown = "on";
      var box = day.closest("table").parentNode;
      box.scrollLeft = day.offsetLeft + day.offsetWidth + 8 - box.clientWidth;
    }, within);
  }

  function start() {
    var target = doc.querySelector(".error-summary");
    if (target) target.focus();
    drafts();
    dress(doc);
  }
  if (doc.readyState === "loading") doc.addEventListener("DOMContentLoaded", start);
  else start();
})();
