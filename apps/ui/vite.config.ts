/** The page's build: static files into the hub's package, which serves them (`packages/logboom/src/page`). */
import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { thirdParty } from '../../scripts/third-party.ts'

const HUB = 'http://127.0.0.1:7400'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), tailwindcss(), thirdParty('THIRD-PARTY.txt')],
  // The query language and the record come from their sources: the SDK need not be built first.
  resolve: { conditions: ['@logboom/source', 'browser', 'module', 'import', 'default'] },
  build: {
    outDir: '../../packages/logboom/dist/ui',
    emptyOutDir: true,
    target: 'es2022',
    // The hub's Content-Security-Policy allows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  // `npm run dev -w apps/ui` beside a running hub: it must see its own name, and no foreign origin.
  server: {
    proxy: {
      '/api': {
        target: HUB,
        changeOrigin: true,
        configure: (proxy) => proxy.on('proxyReq', (request) => request.removeHeader('origin')),
      },
    },
  },
})
