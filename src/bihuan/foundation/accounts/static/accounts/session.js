// Warns two minutes before the session ends. Other tabs may have prolonged it: the server is asked first.
(() => {
  "use strict";
  const notice = document.getElementById("session-notice");
  if (!notice) return;
  const warn = Number(notice.dataset.warn);
  const left = notice.querySelector("[data-left]");
  let ends = Date.now() + Number(notice.dataset.seconds) * 1000;
  let ticking = null;

  const words = (seconds) => (seconds > 90 ? `${Math.ceil(seconds / 60)} 分钟` : `${Math.max(0, Math.round(seconds))} 秒`);
  const secondsLeft = () => (ends - Date.now()) / 1000;

  async function ask(method) {
    const token = notice.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(notice.action, { method, headers: { "X-CSRFToken": token }, credentials: "same-origin", redirect: "manual" });
    if (!answer.ok) throw new Error(String(answer.status));
    ends = Date.now() + (await answer.json()).seconds * 1000;
  }

  function over() {
    clearInterval(ticking);
    notice.querySelector("b").textContent = "登录已失效，请重新登录。";
    notice.querySelector("button").textContent = "重新登录";
    notice.dataset.over = "yes";
  }

  function show() {
    notice.hidden = false;
    clearInterval(ticking);
    ticking = setInterval(() => {
      if (secondsLeft() <= 0) { over(); return; }
      left.textContent = words(secondsLeft());
    }, 1000);
  }

  function plan() {
    notice.hidden = true;
    clearInterval(ticking);
    const wait = Math.max(0, secondsLeft() - warn) * 1000;
    setTimeout(check, Math.min(wait, 2 ** 31 - 1));
  }

  async function check() {
    try { await ask("GET"); } catch (fault) { show(); over(); return; }
    if (secondsLeft() > warn + 1) plan(); else show();
  }

  notice.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (notice.dataset.over) { window.location.reload(); return; }
    try { await ask("POST"); plan(); } catch (fault) { over(); }
  });
  plan();
})();
