import { fileURLToPath, URL } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { packed } from './build/packed.ts'

const SERVER = process.env.CLINICDESK_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  base: '/panel/',
  plugins: [vue(), packed()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    outDir: fileURLToPath(new URL('./dist', import.meta.url)),
    // Pictures are files: what stands in a script's text is data to a strict policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // The server takes what a page of its own asks: it has to see the address that the page was opened at.
  server: {
    host: '127.0.0.1',
    proxy: { '^/(api|health)': { target: SERVER, changeOrigin: false } },
  },
  test: {
    environment: 'happy-dom',
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/server.ts'],
    setupFiles: ['tests/browser.ts'],
    testTimeout: 60_000,
    // A busy machine can starve a test; a defect fails twice.
    retry: 1,
    hookTimeout: 60_000,
    // One server for all, whose limits and companies they share.
    fileParallelism: false,
    isolate: false,
    silent: 'passed-only',
  },
})
