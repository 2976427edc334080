// The embedded web app: the right bytes, compressed as asked for, cached for as long as is right, and guarded.

import { request } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

import { afterAll, beforeAll, expect, test } from "vitest";

import { Client } from "./client.ts";
import { Server } from "./server.ts";

let server: Server;
let script: string;

beforeAll(async () => {
  server = await Server.start();
  const html = await (await fetch(server.url)).text();
  const found = /src="(\/assets\/[^"]+\.js)"/u.exec(html)?.[1];
  if (found === undefined) throw new Error(`The page names no script: ${html}`);
  script = found;
});
afterAll(async () => {
  await server.end();
});

/** The bytes as they were sent, and the headers. */
async function get(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Got> {
  return new Promise((resolve, reject) => {
    const sent = request(`${server.url}${path}`, { method, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        const got = response.headers as Record<string, string | undefined>;
        resolve({ status: response.statusCode ?? 0, headers: got, body: Buffer.concat(parts) });
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}

interface Got {
  readonly status: number;
  readonly headers: Record<string, string | undefined>;
  readonly body: Buffer;
}

test("a file whose name holds its hash may be kept for ever, a page must be asked for again", async () => {
  expect((await get(script)).headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  const page = await get("/");
  expect(page.headers["cache-control"]).toBe("no-cache");
  expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
});

test("a file is sent as the browser can read it, each form the same content", async () => {
  const plain = await get(script);
  const gzip = await get(script, { "Accept-Encoding": "gzip" });
  const brotli = await get(script, { "Accept-Encoding": "gzip, deflate, br" });
  expect(plain.headers["content-encoding"]).toBeUndefined();
  expect(gzip.headers["content-encoding"]).toBe("gzip");
  expect(brotli.headers["content-encoding"]).toBe("br");
  expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
  expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true);
  for (const got of [plain, gzip, brotli]) expect(got.headers["vary"]).toMatch(/Accept-Encoding/iu);
  expect(new Set([plain, gzip, brotli].map(({ headers }) => headers["etag"])).size).toBe(3);
});

test("a form that the browser refuses is not sent", async () => {
  const got = await get(script, { "Accept-Encoding": "br;q=0, gzip;q=0.5" });
  expect(got.headers["content-encoding"]).toBe("gzip");
});

test("what the browser has is not sent again", async () => {
  const first = await get("/", { "Accept-Encoding": "br" });
  const again = await get("/", { "Accept-Encoding": "br", "If-None-Match": first.headers["etag"] ?? "" });
  expect(again.status).toBe(304);
  expect(again.body).toHaveLength(0);
  const other = await get("/", { "Accept-Encoding": "br", "If-None-Match": '"other"' });
  expect(other.status).toBe(200);
});

test("HEAD tells the same headers and sends no body", async () => {
  const got = await get("/", {}, "GET");
  const head = await get("/", {}, "HEAD");
  expect(head.body).toHaveLength(0);
  expect({ ...head.headers, date: "" }).toEqual({ ...got.headers, date: "" });
});

test("an address of the app's gives its page, an unknown file or API gives nothing", async () => {
  const page = await get("/");
  expect((await get("/logs")).body.equals(page.body)).toBe(true);
  expect((await get("/sign-in")).body.equals(page.body)).toBe(true);
  expect((await get("/assets/none-12345678.js")).status).toBe(404);
  expect((await get("/api/v1/none")).status).toBe(404);
  expect((await get("/../etc/passwd")).body.includes("root:")).toBe(false);
});

test.each(["/", "/logs", "/healthz", "/api/v1/home", "/assets/none.js"])(
  "%s carries the security headers",
  async (path) => {
    const { headers } = await get(path);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["referrer-policy"]).toMatch(/no-referrer|same-origin/u);
    const policy = headers["content-security-policy"] ?? "";
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|\*/u);
    expect(headers["server"]).toBeUndefined();
  },
);

test("the page loads nothing that its policy forbids", async () => {
  const html = (await get("/")).body.toString();
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|\sstyle="|\son[a-z]+="/iu);
});

test("the health tells version and schema, and takes no other method", async () => {
  const page = Client.page(server);
  expect(await page.expect(200, "GET", "/healthz")).toMatchObject({ status: "ok" });
  expect(await page.problem("POST", "/healthz")).toBe("405 method_not_allowed");
});
