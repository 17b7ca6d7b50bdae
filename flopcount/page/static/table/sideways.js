// What scrolls sideways says so: classes where there is more on its right, and on its left; and keys
// reach it.

export function watchSideways() {
  for (const wide of document.querySelectorAll(".wide")) watch(wide);
}

function watch(wide) {
  const look = () => {
    const { scrollLeft, scrollWidth, clientWidth } = wide;
    wide.classList.toggle("more", scrollLeft + clientWidth < scrollWidth - 1);
    wide.classList.toggle("scrolled", scrollLeft > 1);
    if (scrollWidth > clientWidth + 1) wide.tabIndex = 0;
    else wide.removeAttribute("tabindex");
  };
  wide.addEventListener("scroll", look, { passive: true });
  wide.addEventListener("focusin", ({ target }) => {
    if (target !== wide && target.matches(":focus-visible"))
      target.scrollIntoView({ block: "nearest", inline: "nearest" }); // not below the names
  });
  const observer = new ResizeObserver(look);
  observer.observe(wide);
  for (const inside of wide.children) observer.observe(inside);
  look();
}
