import { useEffect, useState } from 'react';

/** Return a number that grows whenever the page's theme changes. */
export function useTheme(): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const changed = new MutationObserver(() => {
      setCount(before => before + 1);
    });
    changed.observe(document.body, {
      attributes: true,
      attributeFilter: ['data-jp-theme-name', 'data-jp-theme-light', 'class']
    });
    return () => {
      changed.disconnect();
    };
  }, []);
  return count;
}

/** Return what a CSS variable is at an element right now. */
export function cssValue(element: Element, name: string): string {
  return getComputedStyle(element).getPropertyValue(name).trim();
}

/** Return a colour with another opacity. */
export function faded(color: string, share: number): string {
  const hex = /^#([0-9a-f]{6})$/i.exec(color)?.[1];
  if (!hex) {
    return color;
  }
  const parts = [0, 2, 4].map(at => parseInt(hex.slice(at, at + 2), 16));
  return `rgba(${parts.join(', ')}, ${share})`;
}
