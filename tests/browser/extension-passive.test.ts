// The extension asks the network for nothing, and the page sees nothing of it but one empty element. Each detector is
// proved by a variant of the extension that does what it must not do.

import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { HostRecorder } from "./host-recorder.ts";
import { builtExtension } from "./launch.ts";
import type { Traces } from "./request-detector.ts";
import { beyond, caused, runScene } from "./request-detector.ts";

interface Variant {
  /** Appended to the content script, to the worker. */
  readonly content?: string;
  readonly worker?: string;
  /** Without the policy that the manifest asks for, and with permission for every address. */
  readonly isUnguarded?: boolean;
}

const requestMakers =
  /\b(?:fetch|XMLHttpRequest|WebSocket|WebTransport|EventSource|RTCPeerConnection|sendBeacon|importScripts|Image|Audio|eval|Function)\s*\(|\bimport\s*\(|\.(?:src|href|innerHTML|outerHTML)\s*=[^=]/;

let baseline: Traces;
let real: Traces;

beforeAll(async () => {
  baseline = await runWith(null);
  real = await runWith(builtExtension);
}, 120_000);

async function runWith(extension: string | null): Promise<Traces> {
  const host = await HostRecorder.create();
  const isDone = async (): Promise<boolean> => extension === null || (await host.operations()).length === 1;
  try {
    return await runScene(extension, host.hostPath, isDone);
  } finally {
    await host.remove();
  }
}

async function runVariant(variant: Variant): Promise<Traces> {
  const folder = await mkdtemp(join(tmpdir(), "instacrm-variant-"));
  try {
    await cp(builtExtension, folder, { recursive: true });
    const append = async (file: string, code = ""): Promise<void> => {
      await writeFile(join(folder, file), `${await readFile(join(folder, file), "utf8")}\n;${code}\n`);
    };
    await append("content.js", variant.content);
    await append("worker.js", variant.worker);
    if (variant.isUnguarded === true) {
      const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")) as Record<string, unknown>;
      delete manifest["content_security_policy"];
      const unguarded = { ...manifest, host_permissions: ["<all_urls>"] };
      await writeFile(join(folder, "manifest.json"), JSON.stringify(unguarded));
    }
    return await runWith(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe("the network", () => {
  test("sees no request, no look-up and no connection that is the extension's", () => {
    expect(baseline.access).toContain("POST /api/send?drop=false");
    expect(caused(baseline, real)).toEqual([]);
    // What a page loads side by side arrives in either order.
    expect(real.access.toSorted()).toEqual(baseline.access.toSorted());
  });

  const content = (code: string): Variant => ({
    content: `document.addEventListener("readystatechange", () => { ${code} })`,
  });
  const variants: Record<string, Variant> = {
    "fetches from the page": content(`fetch("/direct/evil").catch(() => 0)`),
    "puts a picture into the page": content(
      `const i = document.createElement("img"); i.src = "/direct/evil"; document.documentElement.append(i)`,
    ),
    "opens a socket": content(`new WebSocket("wss://www.instagram.com/direct/evil")`),
    "sends a beacon": content(`navigator.sendBeacon("/direct/evil", "x")`),
    "fetches from the worker without its policy": {
      worker: `fetch("https://www.instagram.com/direct/evil").catch(() => 0)`,
      isUnguarded: true,
    },
  };
  for (const [name, variant] of Object.entries(variants)) {
    test(`would show it if the extension ${name}`, async () => {
      const found = caused(baseline, await runVariant(variant));
      expect(found.join("\n")).toContain("evil");
    });
  }

  test("is out of reach for the worker, because the policy forbids it", async () => {
    const run = await runVariant({ worker: `fetch("https://www.instagram.com/direct/evil").catch(() => 0)` });
    expect(run.access.toSorted()).toEqual(baseline.access.toSorted());
  });

  test("is not named in the code that runs", async () => {
    for (const file of ["content.js", "worker.js"]) {
      expect(await readFile(join(builtExtension, file), "utf8")).not.toMatch(requestMakers);
    }
    expect(`fetch("/evil")`).toMatch(requestMakers);
    expect(`image.src = "/evil"`).toMatch(requestMakers);
  });
});

describe("the page", () => {
  test("sees one more element, empty and without attributes", () => {
    expect(beyond(baseline.page.rootChildren, real.page.rootChildren)).toEqual(["<div></div>"]);
    expect(beyond(baseline.page.mutations, real.page.mutations)).toEqual(["+DIV in HTML"]);
  });

  test("sees no new global, no new style sheet, no new resource and no new event", () => {
    expect(real.page.globals).toEqual(baseline.page.globals);
    expect(real.page.styleSheets).toBe(baseline.page.styleSheets);
    expect(real.page.adoptedStyleSheets).toBe(0);
    expect(real.page.resources).toEqual(baseline.page.resources);
    expect(real.page.events).toEqual(baseline.page.events);
  });

  test("finds its own element where the status is drawn, so that a click goes where it would go", () => {
    expect(baseline.page.elementInHeader).toBe("HEADER");
    expect(real.page.elementInHeader).toBe("HEADER");
  });

  test("would see it if the extension left anything else", async () => {
    const { page } = await runVariant({
      content: `document.addEventListener("readystatechange", () => {
        document.body?.setAttribute("data-seen", "");
        window.dispatchEvent(new Event("storage"));
        document.adoptedStyleSheets = [new CSSStyleSheet()];
      })`,
    });
    expect(beyond(baseline.page.rootChildren, page.rootChildren)).toContain('<body data-seen=""></body>');
    expect(page.events).not.toEqual(baseline.page.events);
    expect(page.adoptedStyleSheets).toBe(1);
  });
});

describe("the manifest", () => {
  test("asks for nothing but native messaging, storage and alarms", async () => {
    const manifest = JSON.parse(await readFile(join(builtExtension, "manifest.json"), "utf8")) as Record<
      string,
      unknown
    >;
    expect(manifest["permissions"]).toEqual(["nativeMessaging", "storage", "alarms"]);
    for (const name of [
      "host_permissions",
      "optional_permissions",
      "web_accessible_resources",
      "externally_connectable",
    ]) {
      expect(manifest).not.toHaveProperty(name);
    }
    expect(manifest["content_security_policy"]).toEqual({
      extension_pages: "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'none'",
    });
    expect(manifest["incognito"]).toBe("not_allowed");
  });
});
