// The tests that run in Node: browser, integration, crash, network, measurements and the gate on the Oracle text. One file after the other: each starts processes of its own.

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["integration", "oracle", "browser", "crash", "network", "figures", "measure"].map(
      (name) => `${name}/**/*.test.ts`,
    ),
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
