// Strict and type-checked, as the code that is tested.

import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      // The compiler knows which names exist.
      "no-undef": "off",
    },
  },
  // Plain JavaScript that another program starts.
  { files: ["**/*.mjs"], extends: [tseslint.configs.disableTypeChecked] },
);
