// Two passes, one per mode, because a content script must be one file without imports. The worker's pass empties the
// folder and writes the manifest; the content script's pass adds to it.

import { fileURLToPath } from "node:url";

import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

import { manifest } from "./manifest.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const writeManifest: Plugin = {
  name: "instacrm-manifest",
  apply: "build",
  generateBundle() {
    this.emitFile({ type: "asset", fileName: "manifest.json", source: `${JSON.stringify(manifest, null, 2)}\n` });
  },
};

export default defineConfig(({ mode }) => ({
  resolve: { alias: { "@contract": here("../build/contract") } },
  plugins: mode === "worker" ? [writeManifest] : [],
  publicDir: false,
  build: {
    outDir: here("../build/extension"),
    emptyOutDir: mode === "worker",
    target: "chrome130",
    // A person may read what watches them: the build is as legible as the source.
    minify: false,
    lib: {
      entry: here(mode === "worker" ? "src/worker/main.ts" : "src/content/main.ts"),
      formats: ["iife"],
      name: "instacrm",
      fileName: () => (mode === "worker" ? "worker.js" : "content.js"),
    },
  },
  test: { include: ["test/**/*.test.ts"], environment: "node" },
}));
