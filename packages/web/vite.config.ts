import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  build: { target: 'es2023', outDir: 'dist', chunkSizeWarningLimit: 600, assetsInlineLimit: 0 },
  // `npx vite packages/web` beside a running service.
  server: { proxy: { '/api': 'http://127.0.0.1:7223' } },
});
