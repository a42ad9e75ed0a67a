import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.{ts,tsx}'],
    passWithNoTests: true,
    restoreMocks: true,
    setupFiles: ['vitest.setup.mts'],
    server: {
      // published as CommonJS-flavoured modules that Node cannot load by itself
      deps: { inline: [/@jupyter/, /@microsoft/, /@lumino/] }
    }
  }
});
