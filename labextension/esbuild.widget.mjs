// The widgets' bundle: what anywidget sends to a browser for each widget, so
// Preact stands in for React here (31 kB gzipped instead of 70).
import { build } from 'esbuild';

const preact = {
  react: 'preact/compat',
  'react-dom': 'preact/compat',
  'react-dom/client': 'preact/compat/client',
  'react/jsx-runtime': 'preact/jsx-runtime'
};

await build({
  entryPoints: { widget: 'src/widget.tsx' },
  outdir: '../jupyter_artifacts/static',
  alias: preact,
  bundle: true,
  define: { 'process.env.NODE_ENV': '"production"' },
  format: 'esm',
  legalComments: 'inline',
  logLevel: 'warning',
  minify: true,
  target: 'es2020'
});
