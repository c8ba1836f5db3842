// 闭环: comfort for form controls. Every control also works, more plainly, without this file.
"use strict";
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  // ---- combobox: answers arrive by htmx, arrow keys choose -------------------------------------------------------------
  const options = (combo) => all('[role="option"]', combo);
  function show(combo, open) { combo.querySelector("[role=combobox]").setAttribute("aria-expanded", String(open)); if (!open) combo.querySelector(".combo-list").replaceChildren(); }
  function choose(combo, option) {
    const text = combo.querySelector("[role=combobox]");
    text.value = option.dataset.text;
    combo.querySelector("input[type=hidden]").value = option.dataset.value;
    show(combo, false);
    text.focus();
    combo.dispatchEvent(new CustomEvent("combo:chosen", { bubbles: true, detail: option.dataset }));
  }
  document.addEventListener("input", (event) => {
    const combo = event.target.closest("[data-combo]");
    if (combo && event.target.matches("[role=combobox]")) combo.querySelector("input[type=hidden]").value = "";
  });
  document.addEventListener("htmx:configRequest", (event) => {
    const field = event.detail.elt;
    if (!field.matches("[data-combo] [role=combobox]")) return;
    if (field.value.trim().length < 2) { event.preventDefault(); show(field.closest("[data-combo]"), false); return; }
    event.detail.parameters = { q: field.value.trim() };
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const combo = event.detail.target && event.detail.target.closest && event.detail.target.closest("[data-combo]");
    if (combo) combo.querySelector("[role=combobox]").setAttribute("aria-expanded", "true");
  });
  document.addEventListener("keydown", (event) => {
    const combo = event.target.closest && event.target.closest("[data-combo]");
    if (!combo) return;
    const list = options(combo);
    const place = list.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!list.length) return;
      event.preventDefault();
      const next = list[(place + (event.key === "ArrowDown" ? 1 : -1) + list.length) % list.length];
      list.forEach((option) => option.setAttribute("aria-selected", String(option === next)));
      next.id = next.id || `${combo.querySelector(".combo-list").id}_${next.dataset.value}`;
      combo.querySelector("[role=combobox]").setAttribute("aria-activedescendant", next.id);
      next.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && place >= 0) { event.preventDefault(); choose(combo, list[place]); }
    else if (event.key === "Escape") show(combo, false);
  });
  document.addEventListener("click", (event) => {
    const option = event.target.closest("[data-combo] [role=option]");
    if (option) choose(option.closest("[data-combo]"), option);
    const preset = event.target.closest("[data-preset]");
    if (preset) { const field = preset.form.elements[preset.dataset.preset]; field.value = preset.textContent; field.focus(); }
  });

  // ---- 统一社会信用代码: tidied and checked on leaving the field (GB 32100-2015); the server checks again -----------------
  const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  function creditFault(code) {
    if (!code) return "";
    const strange = Array.from(code).find((mark) => !ALPHABET.includes(mark));
    if (strange) return `含有不允许的字符“${strange}”`;
    if (code.length !== 18) return `应为 18 位，现为 ${code.length} 位`;
    let sum = 0, weight = 1;
    for (const mark of code.slice(0, 17)) { sum += ALPHABET.indexOf(mark) * weight; weight = (weight * 3) % 31; }
    return ALPHABET[(31 - (sum % 31)) % 31] === code[17] ? "" : "校验位不正确，请逐位核对";
  }
  document.addEventListener("focusout", (event) => {
    const field = event.target;
    if (!field.matches || !field.matches("[data-credit-code]")) return;
    field.value = field.value.toUpperCase().replace(/[\s-]/g, "");
    const fault = creditFault(field.value);
    let note = field.parentNode.querySelector("[data-live]");
    if (!note) { note = document.createElement("p"); note.className = "err"; note.dataset.live = ""; note.setAttribute("role", "status"); field.after(note); }
    note.textContent = fault;
    note.hidden = !fault;
  });

  // ---- files: list, size, photos made smaller on the device ------------------------------------------------------------
  async function smaller(file, edge) {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
    const picture = await createImageBitmap(file).catch(() => null);
    if (!picture) return file;
    const scale = Math.min(1, edge / Math.max(picture.width, picture.height));
    if (scale === 1 && file.size < 400000) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
    return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg", lastModified: file.lastModified }) : file;
  }
  document.addEventListener("change", async (event) => {
    const field = event.target;
    const box = field.closest && field.closest("[data-files]");
    if (!box || field.type !== "file") return;
    let files = Array.from(field.files);
    const taken = box.parentNode.querySelector("[data-taken]");
    if (taken) taken.value = files.map((file) => file.lastModified).join(",");
    if (field.dataset.photos && window.DataTransfer && window.createImageBitmap) {
      files = await Promise.all(files.map((file) => smaller(file, Number(field.dataset.photos))));
      const bag = new DataTransfer();
      files.forEach((file) => bag.items.add(file));
      field.files = bag.files;
    }
    box.querySelector(".files").replaceChildren(...files.map((file) => {
      const line = document.createElement("li");
      line.textContent = `${file.name}（${file.size > 1048576 ? `${(file.size / 1048576).toFixed(1)} MB` : `${Math.ceil(file.size / 1024)} KB`}）`;
      return line;
    }));
  });

  // ---- signature --------------------------------------------------------------------------------------------------------
  async function startSignatures() {
    const boxes = all("[data-signature]:not([data-started])");
    if (!boxes.length) return;
    boxes.forEach((box) => { box.dataset.started = "yes"; });
    await window.bihuan.load("vendor/signature_pad.umd.min.js");
    boxes.forEach((box) => {
      const canvas = box.querySelector("canvas"), field = box.querySelector("input");
      const ratio = Math.max(window.devicePixelRatio || 1, 1);
      canvas.width = canvas.offsetWidth * ratio;
      canvas.height = canvas.offsetHeight * ratio;
      canvas.getContext("2d").scale(ratio, ratio);
      const pad = new window.SignaturePad(canvas);
      pad.addEventListener("endStroke", () => { field.value = pad.toDataURL("image/png"); });
      box.querySelector("[data-clear]").addEventListener("click", () => { pad.clear(); field.value = ""; });
      if (field.value) pad.fromDataURL(field.value, { ratio });
    });
  }
  document.addEventListener("DOMContentLoaded", startSignatures);
  document.addEventListener("htmx:afterSettle", startSignatures);
})();
