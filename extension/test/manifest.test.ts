import { createHash, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { manifest, publicKey } from "../manifest";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

test("the id that the agent is told is the one that Chrome derives from the key", () => {
  const der = Buffer.from(publicKey, "base64");
  expect(createPublicKey({ key: der, format: "der", type: "spki" }).asymmetricKeyType).toBe("rsa");
  const digits = createHash("sha256").update(der).digest("hex").slice(0, 32);
  const id = Array.from(digits, (digit) => String.fromCharCode(97 + parseInt(digit, 16))).join("");
  expect(read("../../contract/extension-id.txt")).toBe(`${id}\n`);
});

test("the version stands in package.json alone", () => {
  expect(manifest.version).toBe((JSON.parse(read("../package.json")) as { version: string }).version);
});
