/* Signing in: the place is asked only where the county wants it; a tap without network is kept on the phone and sent
   later with how long ago it was. Without this file the buttons post a plain form. */
(function () {
  "use strict";
  var doc = document;
  var HEADER = "X-Sign-In";
  var WAIT = 8000;
  var SIDE = 1280;
  var READING = "正在定位…";
  var SENDING = "正在提交…";
  var NO_PLACE = "没有读到位置，打开手机定位再试，或照抄度数";
  var sending = false;

  function card() { return doc.getElementById("today"); }
  function shelf() { return "zb-sign-in:" + card().dataset.who; }
  function held() {
    try { return JSON.parse(localStorage.getItem(shelf()) || "[]"); } catch (error) { return []; }
  }
  function hold(list) {
    try {
      if (list.length) localStorage.setItem(shelf(), JSON.stringify(list));
      else localStorage.removeItem(shelf());
      return true;
    } catch (error) { return false; }
  }
  function newKey() {
    var bytes = new Uint8Array(16);
    crypto.getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (each) { return ("0" + each.toString(16)).slice(-2); }).join("");
  }
  function show() {
    var line = card().querySelector("[data-held]");
    var count = held().length;
    line.hidden = !count;
    line.querySelector("[data-count]").textContent = count;
  }
  function where(then) {
    if (!card().hasAttribute("data-place") || !navigator.geolocation) return then({});
    var over = false;
    function done(place) {
      if (over) return;
      over = true;
      then(place);
    }
    /* Some phones never answer when nobody answers them. */
    setTimeout(function () { done({}); }, WAIT + 1000);
    navigator.geolocation.getCurrentPosition(function (found) {
      done({
        latitude: found.coords.latitude.toFixed(4),
        longitude: found.coords.longitude.toFixed(4),
        accuracy: Math.round(found.coords.accuracy)
      });
    }, function () { done({}); }, { timeout: WAIT, maximumAge: 60000 });
  }

  /* then(answer) with the page's answer, or then(null) where none came that is ours. */
  function send(item, then) {
    var body = new URLSearchParams();
    Object.keys(item).forEach(function (name) { if (name !== "tapped") body.append(name, item[name]); });
    /* How long ago, not what the phone's clock shows: a clock that is wrong is wrong by as much now as then. */
    if (item.tapped) body.append("ago", Math.max(0, Math.round((Date.now() - item.tapped) / 1000)));
    var token = doc.querySelector("input[name=csrfmiddlewaretoken]");
    var headers = { "X-CSRFToken": token ? token.value : "" };
    headers[HEADER] = "1";
    fetch(card().dataset.url, { method: "POST", body: body, headers: headers, credentials: "same-origin" })
      .then(function (answer) {
        var outcome = answer.headers.get(HEADER);
        if (!outcome) return then(null);
        return answer.text().then(function (html) { then({ outcome: outcome, html: html }); });
      })
      .catch(function () { then(null); });
  }
  function put(html) {
    var fresh = new DOMParser().parseFromString(html, "text/html").getElementById("today");
    if (!fresh) return;
    card().replaceWith(doc.importNode(fresh, true));
    show();
    card().focus({ preventScroll: true });
  }
  function keep(item, tapped) {
    item.tapped = tapped;
    var list = held();
    list.push(item);
    return hold(list);
  }

  /* One after the other, so that each is answered before the next is sent. */
  function sendHeld() {
    if (sending || !card() || !card().dataset.url) return;
    var first = held()[0];
    if (!first || navigator.onLine === false) return;
    sending = true;
    send(first, function (answer) {
      sending = false;
      if (!answer) return;
      hold(held().filter(function (each) { return each.client_key !== first.client_key; }));
      put(answer.html);
      sendHeld();
    });
  }

  doc.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.hasAttribute("data-tap") || !window.fetch || !window.URLSearchParams) return;
    event.preventDefault();
    if (form.dataset.sent) return;
    form.dataset.sent = "1";
    var button = form.querySelector("button");
    var tapped = Date.now();
    var item = { kind: form.elements.kind.value, client_key: form.elements.client_key.value };
    button.disabled = true;
    button.textContent = card().hasAttribute("data-place") ? READING : SENDING;
    function stay() {
      button.disabled = false;
      button.textContent = form.dataset.tap;
      delete form.dataset.sent;
      form.elements.client_key.value = newKey();
      show();
    }
    where(function (place) {
      Object.keys(place).forEach(function (name) { item[name] = place[name]; });
      if (navigator.onLine === false) {
        if (keep(item, tapped)) return stay();
      }
      send(item, function (answer) {
        if (answer) return put(answer.html);
        /* The same key goes again: what did arrive counts once. */
        keep(item, tapped);
        stay();
      });
    });
  }, true);

  doc.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-read]") : null;
    if (!button) return;
    var form = button.form;
    var said = form.querySelector("[data-read-said]");
    if (!navigator.geolocation) { said.textContent = NO_PLACE; return; }
    said.textContent = READING;
    navigator.geolocation.getCurrentPosition(function (found) {
      form.elements.latitude.value = found.coords.latitude.toFixed(5);
      form.elements.longitude.value = found.coords.longitude.toFixed(5);
      said.textContent = "误差约 " + Math.round(found.coords.accuracy) + " 米";
    }, function () { said.textContent = NO_PLACE; }, { enableHighAccuracy: true, timeout: WAIT * 2 });
  });

  /* A large photo is made small on the phone already: less to send, and nothing the camera wrote leaves it. */
  doc.addEventListener("change", function (event) {
    var input = event.target;
    var file = input.files && input.files[0];
    if (!input.hasAttribute("data-shrink") || !file || !window.createImageBitmap || !window.DataTransfer) return;
    createImageBitmap(file).then(function (picture) {
      var scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
      var canvas = doc.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(function (blob) {
        if (!blob || input.files[0] !== file) return;
        var files = new DataTransfer();
        files.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
        input.files = files.files;
      }, "image/jpeg", 0.8);
    }).catch(function () { /* The system makes it small where the phone cannot. */ });
  });

  window.addEventListener("online", sendHeld);
  if (card()) {
    show();
    sendHeld();
  }
})();
