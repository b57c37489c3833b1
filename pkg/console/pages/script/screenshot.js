// Where the screenshot does not load, what its own page says of it is told in its place.
{
  for (const picture of document.querySelectorAll("img.screenshot")) {
    const tell = async () => {
      const answer = await fetch(picture.src);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const why = document.createElement("p");
      why.className = "bad";
      why.setAttribute("role", "alert");
      why.textContent = page.querySelector("main > p > span")?.textContent ?? "The screenshot could not be loaded.";
      picture.parentElement.replaceWith(why);
    };
    if (picture.complete && picture.naturalWidth === 0) tell();
    else picture.addEventListener("error", tell, { once: true });
  }
}
