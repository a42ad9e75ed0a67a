// Builds the gallery: every component over the fake team, in a plain page.
// Usage: npm run gallery [folder], then open <folder>/index.html?show=explorer
import { build } from 'esbuild';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const folder = process.argv[2] ?? join('tests', 'gallery', 'built');
mkdirSync(folder, { recursive: true });

await build({
  entryPoints: { gallery: 'tests/gallery/gallery.tsx' },
  outdir: folder,
  bundle: true,
  define: { 'process.env.NODE_ENV': '"production"' },
  format: 'esm',
  logLevel: 'warning',
  target: 'es2022'
});

// The variables that JupyterLab's themes set, straight from the packages.
const lab = '../.venv/share/jupyter/lab/themes/@jupyterlab';
const themes = {
  light: 'theme-light-extension',
  dark: 'theme-dark-extension',
  contrast: 'theme-dark-high-contrast-extension'
};
for (const [name, extension] of Object.entries(themes)) {
  const found = join(lab, extension, 'index.css');
  copyFileSync(found, join(folder, `${name}.css`));
}

writeFileSync(
  join(folder, 'index.html'),
  `<!doctype html><html lang="en"><meta charset="utf-8">
<title>jupyter_artifacts gallery</title>
<link rel="stylesheet" id="theme">
<link rel="stylesheet" href="gallery.css">
<body style="margin:0;background:var(--jp-layout-color1)"><div id="root"></div>
<script>
const theme = new URLSearchParams(location.search).get('theme') || 'light';
document.getElementById('theme').href = theme + '.css';
document.body.dataset.jpThemeName = theme;
document.body.dataset.jpThemeLight = String(theme === 'light');
</script>
<script type="module" src="gallery.js"></script>`
);
