// Strict and type-checked. One file may fetch, one may open the live stream, and text never becomes HTML.

import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/** @param {string} name @param {string} file */
const only = (name, file) => ({ name, message: `Only ${file} may use ${name}.` });

export default defineConfig(
  globalIgnores(["public", "checks"]),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    files: ["src/**/*.{ts,tsx}"],
    extends: [reactHooks.configs.flat.recommended],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-restricted-globals": ["error", only("fetch", "lib/api.ts"), only("EventSource", "lib/live.ts")],
      "no-restricted-properties": ["error", { property: "innerHTML" }, { property: "outerHTML" }],
      "no-restricted-syntax": [
        "error",
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: "Text is shown as text." },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // TanStack Router throws redirects; they are not errors.
      "@typescript-eslint/only-throw-error": [
        "error",
        { allow: [{ from: "package", package: "@tanstack/router-core", name: "Redirect" }] },
      ],
    },
  },
  { files: ["src/lib/api.ts", "src/lib/live.ts"], rules: { "no-restricted-globals": "off" } },
  {
    files: ["vite.config.ts", "eslint.config.js"],
    languageOptions: { parserOptions: { project: "./tsconfig.tools.json", tsconfigRootDir: import.meta.dirname } },
  },
);
