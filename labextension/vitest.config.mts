import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.{ts,tsx}'],
    passWithNoTests: true,
    restoreMocks: true,
    // role queries walk the whole page, and the cores are busy in `make test`
    testTimeout: 30_000,
    setupFiles: ['vitest.setup.mts'],
    server: {
      // published as CommonJS-flavoured modules that Node cannot load by itself
      deps: { inline: [/@jupyter/, /@microsoft/, /@lumino/] }
    }
  }
});
