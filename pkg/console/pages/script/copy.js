// Buttons that copy what stands beside them.
{
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) break; // only over https, or on this machine
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = "Copied";
    });
  }
}
