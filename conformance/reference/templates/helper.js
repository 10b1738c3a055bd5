const left = document.getElementById("left");
if (left) {
  const until = Date.now() + 1000 * Number(left.textContent);
  const timer = setInterval(() => {
    const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    left.textContent = seconds;
    if (!seconds) clearInterval(timer);
  }, 200);
}
document.getElementById("popup")?.addEventListener("click", (event) => {
  event.preventDefault();
  window.open(event.target.href, "code_popup", "width=500,height=600");
});
