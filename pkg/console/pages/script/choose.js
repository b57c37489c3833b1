// A box that checks all others of its list.
{
  function offer() {
    for (const all of document.querySelectorAll("[data-all]")) {
      all.closest("[hidden]")?.removeAttribute("hidden");
      const boxes = [...all.form.querySelectorAll(`input[type=checkbox][name="${all.dataset.all}"]`)];
      all.addEventListener("change", () => {
        for (const box of boxes) box.checked = all.checked;
      });
      for (const box of boxes) {
        box.addEventListener("change", () => {
          all.checked = boxes.every((b) => b.checked);
          all.indeterminate = !all.checked && boxes.some((b) => b.checked);
        });
      }
    }
  }
  offer();
  document.addEventListener("refreshed", offer);
}
