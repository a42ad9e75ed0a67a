/**
 * Show a widget's static form: HTML that came out of a notebook, so nothing in it
 * may run, load or reach the page.
 */
export function showSnapshot(
  parent: HTMLElement,
  html: string,
  title: string
): void {
  const frame = document.createElement('iframe');
  frame.className = 'jp-Artifacts-snapshot';
  frame.title = title;
  // Scripts stay off; the same origin only lets us read how tall it is.
  frame.setAttribute('sandbox', 'allow-same-origin');
  const { color, fontFamily } = getComputedStyle(parent);
  const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";
  frame.srcdoc =
    `<meta http-equiv="Content-Security-Policy" content="${policy}">` +
    `<body style="margin:0;color:${color};font-family:${escaped(fontFamily)}">` +
    `${html}</body>`;
  frame.addEventListener('load', () => {
    const height = frame.contentDocument?.documentElement.scrollHeight ?? 0;
    frame.style.height = `${height + 8}px`;
  });
  parent.append(frame);
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, mark => `&#${mark.charCodeAt(0)};`);
}
