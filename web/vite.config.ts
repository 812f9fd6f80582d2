import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Names without hashes and a fixed target: the same source gives the same bytes, which continuous integration compares.
export default defineConfig({
  base: "./",
  plugins: [react()],
  build: {
    outDir: "../src/clusteer/studio/static",
    emptyOutDir: true,
    // What is bundled is others' work: their licences go with it.
    license: { fileName: "licenses.md" },
    target: "es2022",
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        entryFileNames: "studio.js",
        chunkFileNames: "[name].js",
        assetFileNames: "[name][extname]",
      },
    },
  },
  // A studio that runs (`clusteer studio --port 8642`) serves the data while the page is worked on.
  server: { proxy: { "/api": { target: process.env["STUDIO"] ?? "http://127.0.0.1:8642", ws: true } } },
  test: { environment: "jsdom", setupFiles: ["tests/setup.ts"], restoreMocks: true, testTimeout: 120_000 },
});
