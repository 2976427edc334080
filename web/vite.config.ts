// Builds into build/web, which the server embeds. Everything under assets/ carries its content's hash in its name;
// nothing is inlined, because the server's policy forbids inline scripts and styles.

import { fileURLToPath } from "node:url";

import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The typeface is asked for with the page, not after its styles, so that text does not change its shape. */
const preloadFont: Plugin = {
  name: "instacrm-preload-font",
  apply: "build",
  transformIndexHtml: {
    order: "post",
    handler(_html, { bundle }) {
      const font = Object.keys(bundle ?? {}).find((name) => name.endsWith(".woff2"));
      return font === undefined
        ? []
        : [
            {
              tag: "link",
              attrs: { rel: "preload", as: "font", type: "font/woff2", href: `/${font}`, crossorigin: true },
              injectTo: "head",
            },
          ];
    },
  },
};

export default defineConfig({
  plugins: [react(), tailwindcss(), preloadFont],
  resolve: { alias: { "@contract": here("../build/contract"), "@": here("src") } },
  build: {
    outDir: here("../build/web"),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The first browsers with light-dark(), which the tokens are written in.
    target: ["chrome123", "edge123", "firefox120", "safari17.5"],
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
