// Strict and type-checked. What could make a request or change the page is named and refused.

import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const requests = [
  "fetch",
  "XMLHttpRequest",
  "WebSocket",
  "EventSource",
  "RTCPeerConnection",
  "Image",
  "Audio",
  "Worker",
];
const writes = ["innerHTML", "outerHTML", "insertAdjacentHTML", "sendBeacon", "click", "dispatchEvent", "execCommand"];

export default defineConfig(
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: "./tsconfig.test.json", tsconfigRootDir: import.meta.dirname },
    },
    rules: { eqeqeq: ["error", "always", { null: "ignore" }] },
  },
  {
    files: ["src/**/*.ts"],
    rules: {
      "no-restricted-globals": ["error", ...requests],
      "no-restricted-properties": ["error", ...writes.map((property) => ({ property }))],
      "no-restricted-syntax": ["error", { selector: "ImportExpression", message: "A content script loads nothing." }],
    },
  },
);
