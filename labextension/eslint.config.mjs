import js from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

// A folder may import those named before it, never those after it.
const layers = [
  'source',
  'model',
  'components',
  'widgets',
  'panels',
  'plugins'
];

// Components know records, and the shape of the models they are handed.
const typesOnly = { components: ['source', 'model'] };

// These end up in the widgets' bundle too, which must not carry JupyterLab.
const inWidgets = ['source', 'model', 'components', 'widgets'];

function inward(folder) {
  const above = layers.slice(layers.indexOf(folder) + 1);
  const patterns = [];
  if (above.length > 0) {
    patterns.push({
      regex: `^\\.{1,2}/(.*/)?(${above.join('|')})(/|$)`,
      message: `${folder}/ may not import what stands above it.`
    });
  }
  if (folder in typesOnly) {
    patterns.push({
      regex: `^\\.{1,2}/(.*/)?(${typesOnly[folder].join('|')})(/|$)`,
      allowTypeImports: true,
      message: `${folder}/ is handed these; it may import their types.`
    });
  }
  if (inWidgets.includes(folder)) {
    patterns.push({
      regex: '^@(jupyterlab|lumino)/',
      allowTypeImports: true,
      message: "The widgets' bundle must not pull in JupyterLab."
    });
  }
  return {
    files: [`src/${folder}/**/*.{ts,tsx}`],
    ignores: ['**/*.test.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { patterns }]
    }
  };
}

export default defineConfig(
  globalIgnores(['lib', 'node_modules', 'src/records.ts']),
  js.configs.recommended,
  { plugins: { jupyter } },
  jupyter.configs.recommended,
  {
    files: ['**/*.{ts,tsx,mts}'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { 'import-x': importX },
    settings: {
      ...importX.flatConfigs.typescript.settings,
      'import-x/resolver-next': [createTypeScriptImportResolver()]
    },
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true }
      ],
      curly: 'error',
      eqeqeq: 'error',
      'import-x/no-cycle': 'error',
      'max-lines': ['error', 300]
    }
  },
  ...layers.map(inward),
  {
    files: ['*.mjs'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly' } }
  }
);
