/** Scroll the details, and nothing around them, until the element is seen. */
export function reveal(element: HTMLElement): void {
  const scroller = element.closest('.jp-Artifacts-details');
  if (scroller) {
    const own = element.getBoundingClientRect();
    const seen = scroller.getBoundingClientRect();
    const hidden = own.bottom - seen.bottom;
    // The name stays above what scrolls.
    const head = scroller.querySelector('.jp-Artifacts-details-head');
    const room = own.top - seen.top - (head?.clientHeight ?? 0);
    scroller.scrollTop += Math.max(0, Math.min(hidden, room));
  }
}
