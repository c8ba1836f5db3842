// 闭环: small behaviours on top of pages that work without any of them. ES2020, no inline script, nothing from outside.
"use strict";
(() => {
  document.documentElement.classList.add("js");
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const one = (selector, root = document) => root.querySelector(selector);
  const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

  // ---- keyboard -------------------------------------------------------------------------------------------------
  const keysOff = () => localStorage.getItem("bihuan.keys") === "off";

  function moveRow(step) {
    const links = all("table .row-link");
    if (!links.length) return;
    const place = links.indexOf(document.activeElement);
    links[Math.min(links.length - 1, Math.max(0, place < 0 ? 0 : place + step))].focus();
  }

  function pressKey(key) {
    const target = one(`[data-key="${key}"]`);
    if (!target || target.disabled) return false;
    target.click();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      const box = one("[data-search]");
      if (box) { event.preventDefault(); box.focus(); box.select(); }
      return;
    }
    if (event.key === "Escape") { closePopovers(null); return; }
    if (moveFigure(event)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || keysOff() || typing(event.target)) return;
    if (one("dialog[open]")) return;
    if (event.key === "/") { const box = one("[data-focus-filter]"); if (box) { event.preventDefault(); box.focus(); } }
    else if (event.key === "j") moveRow(1);
    else if (event.key === "k") moveRow(-1);
    else if (event.key === "e" || event.key === "s") { if (pressKey(event.key)) event.preventDefault(); }
    else if (event.key === "?") { const help = one("#keys"); if (help && help.showModal) help.showModal(); }
  });

  // Figures of a return: arrow keys move between them.
  function moveFigure(event) {
    const figure = event.target.closest && event.target.closest("a.fig");
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!figure || !step) return false;
    const figures = all("a.fig");
    const next = figures[figures.indexOf(figure) + step];
    if (next) { event.preventDefault(); next.focus(); }
    return true;
  }

  // ---- popovers made of <details> ----------------------------------------------------------------------------------
  function closePopovers(inside) {
    all("details.pop[open], details.more[open]").forEach((box) => { if (!inside || !box.contains(inside)) box.open = false; });
  }
  document.addEventListener("click", (event) => closePopovers(event.target));

  // ---- choosing rows of a list ----------------------------------------------------------------------------------------
  document.addEventListener("change", (event) => {
    const form = event.target.closest && event.target.closest("form[data-bulk]");
    if (!form) return;
    const boxes = all("input[name=pk]", form);
    if (event.target.matches("[data-pick-all]")) boxes.forEach((box) => { box.checked = event.target.checked; });
    const picked = boxes.filter((box) => box.checked);
    boxes.forEach((box) => box.closest("tr").classList.toggle("on", box.checked));
    one("[data-picked]", form).textContent = `已选 ${picked.length} 条`;
  });

  // ---- confirm ----------------------------------------------------------------------------------------------------
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const by = event.submitter;
    const text = (by && by.dataset.confirm) || form.dataset.confirm;
    if (!text || form.dataset.confirmed === "yes") { delete form.dataset.confirmed; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    const go = () => { form.dataset.confirmed = "yes"; if (by) form.requestSubmit(by); else form.requestSubmit(); };
    const dialog = one("#confirm");
    if (!dialog || !dialog.showModal) { if (window.confirm(text)) go(); return; }
    one("#confirm-text").textContent = text;
    one("#confirm-yes").textContent = by && by.textContent.trim() ? by.textContent.trim() : "确定";
    dialog.returnValue = "no";
    dialog.onclose = () => { if (dialog.returnValue === "yes") go(); else if (by) by.focus(); };
    dialog.showModal();
  }, true);

  // ---- drafts: what was typed survives an expired session or a closed page (this tab only) ----------------------------
  const draftName = (form) => `draft:${form.dataset.draft}`;
  const kept = (field) => field.name && !field.disabled && !["hidden", "password", "file", "submit", "button"].includes(field.type);

  function readForm(form) {
    const values = {};
    Array.from(form.elements).filter(kept).forEach((field) => {
      const choice = field.type === "checkbox" || field.type === "radio";
      const value = choice ? (field.checked ? [field.value] : [])
        : field.type === "select-multiple" ? Array.from(field.selectedOptions, (option) => option.value) : [field.value];
      values[field.name] = (values[field.name] || []).concat(value);
    });
    return values;
  }

  function writeForm(form, values) {
    const places = {};
    Array.from(form.elements).filter(kept).forEach((field) => {
      const wanted = values[field.name];
      if (!wanted) return;
      if (field.type === "checkbox" || field.type === "radio") field.checked = wanted.includes(field.value);
      else if (field.type === "select-multiple") Array.from(field.options).forEach((option) => { option.selected = wanted.includes(option.value); });
      else { const place = places[field.name] || 0; places[field.name] = place + 1; if (wanted[place] !== undefined) field.value = wanted[place]; }
    });
  }

  const clock = (moment) => new Date(moment).toTimeString().slice(0, 5);
  const say = (form, text) => { const state = one("[data-draft-state]", form); if (state) state.textContent = text; };

  function saveDraft(form) {
    const values = JSON.stringify(readForm(form));
    if (values === form.dataset.saved) return;
    form.dataset.saved = values;
    try { sessionStorage.setItem(draftName(form), JSON.stringify({ at: Date.now(), values: JSON.parse(values) })); say(form, `草稿已保存 ${clock(Date.now())}`); }
    catch (fault) { say(form, "浏览器存储已满，草稿未保存"); }
  }

  function startDraft(form) {
    if (form.dataset.started) return;
    form.dataset.started = "yes";
    form.dataset.saved = JSON.stringify(readForm(form));
    form.dataset.first = form.dataset.saved;
    const stored = sessionStorage.getItem(draftName(form));
    if (stored && !one("#form-errors", form)) {
      const draft = JSON.parse(stored);
      if (JSON.stringify(draft.values) !== form.dataset.saved) {
        writeForm(form, draft.values);
        form.dataset.saved = JSON.stringify(readForm(form));
        offerDiscard(form, draft.at);
      }
    }
    form.addEventListener("focusout", () => saveDraft(form));
    setInterval(() => { if (document.contains(form)) saveDraft(form); }, 10000);
  }

  function offerDiscard(form, at) {
    const note = document.createElement("div");
    note.className = "note yellow summary";
    note.setAttribute("role", "status");
    const text = document.createElement("span");
    text.textContent = `已恢复 ${clock(at)} 未提交的内容（不含照片和文件）。`;
    const button = document.createElement("button");
    button.type = "button"; button.className = "bt txt sm"; button.textContent = "丢弃";
    button.addEventListener("click", () => { sessionStorage.removeItem(draftName(form)); writeForm(form, JSON.parse(form.dataset.first)); form.dataset.saved = form.dataset.first; note.remove(); });
    note.append(text, button);
    form.prepend(note);
  }

  // A draft that was sent is dropped once a page arrives that is neither its form again nor a refusal.
  function settleDrafts() {
    if (one("[data-clear-drafts]")) Object.keys(sessionStorage).filter((name) => name.startsWith("draft:")).forEach((name) => sessionStorage.removeItem(name));
    const sent = sessionStorage.getItem("sent-draft");
    if (!sent || one("[data-keep-drafts]")) return;
    sessionStorage.removeItem("sent-draft");
    if (!all("form[data-draft]").some((form) => draftName(form) === sent)) sessionStorage.removeItem(sent);
  }

  const changed = (form) => JSON.stringify(readForm(form)) !== form.dataset.first;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.dataset.draft) return;
    saveDraft(form);
    form.dataset.leaving = "yes";
    sessionStorage.setItem("sent-draft", draftName(form));
  });
  window.addEventListener("beforeunload", (event) => {
    if (all("form[data-guard]").some((form) => form.dataset.started && !form.dataset.leaving && changed(form))) { event.preventDefault(); event.returnValue = ""; }
  });

  // ---- htmx -------------------------------------------------------------------------------------------------------
  document.addEventListener("htmx:beforeSwap", (event) => {
    const answer = event.detail.xhr;
    if (answer.status >= 400 && answer.getResponseHeader("HX-Retarget")) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
  function trouble(text, retry) {
    const place = one("#problem");
    if (!place) return;
    const note = document.createElement("div");
    note.className = "note red"; note.setAttribute("role", "alert");
    const words = document.createElement("div");
    words.textContent = text;
    const button = document.createElement("button");
    button.type = "button"; button.className = "bt sm"; button.textContent = "重试";
    button.addEventListener("click", () => { place.replaceChildren(); retry(); });
    note.append(words, button);
    place.replaceChildren(note);
  }
  const again = (event) => () => {
    const asked = event.detail.requestConfig;
    window.htmx.ajax(asked.verb, asked.path, { source: asked.elt, target: asked.target, values: asked.parameters });
  };
  document.addEventListener("htmx:responseError", (event) => {
    const trace = event.detail.xhr.getResponseHeader("X-Trace");
    trouble(`未能完成，页面内容未变。${trace ? `追踪编号 ${trace}` : ""}`, again(event));
  });
  document.addEventListener("htmx:sendError", (event) => trouble("网络连接中断，页面内容未变。", again(event)));
  document.addEventListener("htmx:beforeRequest", (event) => event.detail.target && event.detail.target.setAttribute("aria-busy", "true"));
  document.addEventListener("htmx:afterRequest", (event) => event.detail.target && event.detail.target.removeAttribute("aria-busy"));
  document.addEventListener("htmx:afterSettle", (event) => {
    begin(document);
    const words = one("[data-announce]", event.detail.elt);
    if (words) one("#announcer").textContent = words.textContent;
    const focus = one("[data-focus]", event.detail.elt);
    if (focus) focus.focus();
  });

  // ---- dates --------------------------------------------------------------------------------------------------------
  const dayParts = (text) => /^(\d{4})(\d{2})(\d{2})$/.exec(text.trim()) || /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text.trim());
  // The calendar's own reader takes any character for a separator and would read 20251207 as 7 February.
  function readDay(text) {
    const parts = dayParts(text);
    return parts ? new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])) : undefined;
  }
  document.addEventListener("focusout", (event) => {
    const field = event.target;
    if (!field.matches || !field.matches("[data-date]")) return;
    // The calendar empties what it cannot read; the person should see it and the server's sentence about it.
    setTimeout(() => { if (!field.value && field.dataset.typed && !dayParts(field.dataset.typed)) field.value = field.dataset.typed; }, 0);
    const parts = dayParts(field.value);
    if (parts) field.value = `${parts[1]}-${parts[2].padStart(2, "0")}-${parts[3].padStart(2, "0")}`;
  });
  document.addEventListener("input", (event) => {
    const field = event.target;  // an untrusted event on an empty field is the calendar's own clearing
    if (field.matches("[data-date]") && (field.value || event.isTrusted)) field.dataset.typed = field.value;
  });
  const assets = new Map();
  function load(name) {
    if (!assets.has(name)) assets.set(name, new Promise((done, failed) => {
      const root = one('meta[name="static-root"]').content;
      const node = name.endsWith(".css") ? Object.assign(document.createElement("link"), { rel: "stylesheet", href: root + name })
        : Object.assign(document.createElement("script"), { src: root + name });
      node.onload = done; node.onerror = failed;
      document.head.append(node);
    }));
    return assets.get(name);
  }
  async function startDates(root) {
    const fields = all("input[data-date]:not(.flatpickr-input):not([data-calendar])", root);
    if (!fields.length || !window.matchMedia("(pointer: fine)").matches) return;
    fields.forEach((field) => { field.dataset.calendar = "yes"; });
    await Promise.all([load("vendor/flatpickr.min.css"), load("vendor/flatpickr.min.js")]);
    await load("vendor/flatpickr.zh.js");
    fields.forEach((field) => window.flatpickr(field, { allowInput: true, dateFormat: "Y-m-d", parseDate: readDay, errorHandler: () => {}, locale: { ...window.flatpickr.l10ns.zh, firstDayOfWeek: 1 }, disableMobile: true }));
  }

  // ---- start --------------------------------------------------------------------------------------------------------
  function begin(root) {
    all("form[data-draft]", root).forEach(startDraft);
    startDates(root).catch(() => {});
    all(".toast-b", root).forEach((toast) => setTimeout(() => toast.remove(), 5000));
    const faults = one("#form-errors", root);
    if (faults && !faults.dataset.seen) { faults.dataset.seen = "yes"; faults.focus(); }
  }
  window.bihuan = { load };
  document.addEventListener("DOMContentLoaded", () => {
    settleDrafts();
    begin(document);
    const off = one("#keys-off");
    if (off) { off.checked = keysOff(); off.addEventListener("change", () => localStorage.setItem("bihuan.keys", off.checked ? "off" : "on")); }
  });
})();
