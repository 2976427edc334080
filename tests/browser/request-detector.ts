// Runs the same scene (a thread is opened, a message sent) in a browser of its own and writes down everything that leaves
// or could be seen: the server's log, the browser's own network log, the debugger's view of every target, and what the
// page can find out about itself. What one run has and the run without an extension has not was caused by the extension.

import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import { vi } from "vitest";

import type { CdpEvent } from "./cdp-pipe.ts";
import { CdpPipe } from "./cdp-pipe.ts";
import { startFixtureServer } from "./fixture/server.ts";
import { chromiumArguments, makeProfile } from "./launch.ts";

/** What the page can see of itself, as the page's own script. */
export interface PageView {
  readonly globals: readonly string[];
  readonly styleSheets: number;
  readonly adoptedStyleSheets: number;
  /** The children of the document's root as they are written. */
  readonly rootChildren: readonly string[];
  /** What was added to or taken from the page outside its own mount, in order. */
  readonly mutations: readonly string[];
  /** Events that reached the window's listeners. */
  readonly events: readonly string[];
  /** The element that the page finds in the middle of the thread's header. */
  readonly elementInHeader: string;
  readonly resources: readonly string[];
}

export interface Traces {
  /** Requests at the server. */
  readonly access: readonly string[];
  /** Requests as the browser's network log has them, with who asked. */
  readonly requests: readonly string[];
  /** Names that were looked up. */
  readonly lookups: readonly string[];
  /** Requests of the extension's own targets, and requests of the page whose stack names the extension. */
  readonly ofExtension: readonly string[];
  readonly page: PageView;
}

const patient = { timeout: 10_000 };

// Installed before the page's own scripts. The names that it uses are on a symbol, so as not to be globals themselves.
const witness = `
  const seen = { mutations: [], events: [] };
  Object.defineProperty(window, Symbol.for("seen"), { value: seen });
  new MutationObserver((records) => {
    for (const record of records) {
      if (record.target.closest?.("#mount")) continue;
      for (const node of [...record.addedNodes]) seen.mutations.push("+" + node.nodeName + " in " + record.target.nodeName);
      for (const node of [...record.removedNodes]) seen.mutations.push("-" + node.nodeName + " in " + record.target.nodeName);
      if (record.type === "attributes") seen.mutations.push(record.attributeName + " of " + record.target.nodeName);
    }
  }).observe(document, { subtree: true, childList: true, attributes: true });
  for (const type of ["message", "error", "unhandledrejection", "storage", "input", "keydown", "click"]) {
    addEventListener(type, (event) => seen.events.push(type + " at " + (event.target.nodeName ?? "window")), true);
  }
`;

const view = `(() => {
  const seen = window[Symbol.for("seen")];
  const header = document.querySelector("header").getBoundingClientRect();
  const middle = document.elementFromPoint(1280 * 0.62, header.top + header.height / 2);
  return {
    globals: Object.getOwnPropertyNames(window).sort(),
    styleSheets: document.styleSheets.length,
    adoptedStyleSheets: document.adoptedStyleSheets.length,
    rootChildren: [...document.documentElement.children].map((each) => each.cloneNode(false).outerHTML),
    mutations: seen.mutations,
    events: seen.events,
    elementInHeader: middle.nodeName,
    resources: performance.getEntriesByType("resource").map((each) => each.name).sort(),
  };
})()`;

/** `isDone` tells when the scene's effects are complete; it is asked again and again. */
export async function runScene(
  extension: string | null,
  hostPath: string,
  isDone: () => Promise<boolean>,
): Promise<Traces> {
  const server = await startFixtureServer();
  const profile = await makeProfile(hostPath);
  const netLog = join(profile, "net-log.json");
  const targets = new Map<string, string>();
  const ofExtension: string[] = [];
  const args = chromiumArguments({
    instagram: server,
    extension,
    args: [`--user-data-dir=${profile}`, `--log-net-log=${netLog}`, "--window-size=1280,800"],
  });
  const browser = new CdpPipe(args, (event) => {
    witnessRequest(browser, event, targets, ofExtension);
  });
  try {
    await browser.send("Target.setAutoAttach", {
      autoAttach: true,
      waitForDebuggerOnStart: true,
      flatten: true,
      filter: [{ type: "browser", exclude: true }, { type: "tab", exclude: true }, {}],
    });
    const page = await playScene(browser, targets, isDone);
    await browser.close();
    const { requests, lookups } = await readNetLog(netLog, server.port);
    return { access: [...server.accessLog], requests, lookups, ofExtension, page };
  } finally {
    await browser.close().catch(() => undefined);
    await server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function playScene(
  browser: CdpPipe,
  targets: Map<string, string>,
  isDone: () => Promise<boolean>,
): Promise<PageView> {
  const { targetId } = await browser.send<{ targetId: string }>("Target.createTarget", { url: "about:blank" });
  await vi.waitUntil(() => targets.has(targetId));
  const session = targets.get(targetId);
  const send = <T>(method: string, params: object = {}): Promise<T> => browser.send<T>(method, params, session);
  const evaluate = async <T>(expression: string): Promise<T> => {
    const answer = await send<{ result: { value: T } }>("Runtime.evaluate", { expression, returnByValue: true });
    return answer.result.value;
  };
  await send("Page.enable");
  await send("Page.addScriptToEvaluateOnNewDocument", { source: witness });
  await send("Page.navigate", { url: "https://www.instagram.com/direct/t/1001/" });
  const rowCount = "document.querySelectorAll('[role=article]').length";
  await vi.waitUntil(async () => (await evaluate<number>(rowCount)) > 0, patient);
  await evaluate("document.querySelector('[role=textbox]').focus()");
  await send("Input.insertText", { text: "Seen by nobody else." });
  const enter = { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13 };
  await send("Input.dispatchKeyEvent", { type: "keyDown", text: "\r", ...enter });
  await send("Input.dispatchKeyEvent", { type: "keyUp", ...enter });
  const hasRow = "[...document.querySelectorAll('[role=article]')].at(-1).textContent.includes('Seen by nobody else.')";
  await vi.waitUntil(() => evaluate<boolean>(hasRow), patient);
  await vi.waitUntil(isDone, patient);
  return await evaluate<PageView>(view);
}

/** Switches the network domain on for each new target before it runs, and notes what the extension asks for. */
function witnessRequest(browser: CdpPipe, event: CdpEvent, targets: Map<string, string>, ofExtension: string[]): void {
  if (event.method === "Target.attachedToTarget") {
    const { sessionId, targetInfo } = event.params as {
      sessionId: string;
      targetInfo: { targetId: string; type: string; url: string };
    };
    targets.set(sessionId, targetInfo.url);
    for (const method of ["Network.enable", "Runtime.runIfWaitingForDebugger"]) {
      browser.send(method, {}, sessionId).catch(() => undefined);
    }
    targets.set(targetInfo.targetId, sessionId);
  } else if (event.method === "Network.requestWillBeSent" || event.method === "Network.webSocketCreated") {
    const { request, url, initiator } = event.params as {
      request?: { url: string };
      url?: string;
      initiator?: { stack?: { callFrames: { url: string }[] } };
    };
    const target = targets.get(event.sessionId ?? "") ?? "";
    const frames = (initiator?.stack?.callFrames ?? []).map((frame) => frame.url);
    const asked = request?.url ?? url ?? "";
    // The browser loading the worker's own file is no request of the worker's.
    if (asked.startsWith("chrome-extension://")) return;
    if ([target, ...frames].some((each) => each.startsWith("chrome-extension://"))) ofExtension.push(asked);
  }
}

interface NetLog {
  readonly constants: { readonly logEventTypes: Readonly<Record<string, number>> };
  readonly events: readonly {
    type: number;
    params?: { url?: string; method?: string; initiator?: string; host?: string };
  }[];
}

async function readNetLog(path: string, port: number): Promise<{ requests: string[]; lookups: string[] }> {
  const { constants, events } = JSON.parse(await readFile(path, "utf8")) as NetLog;
  const { URL_REQUEST_START_JOB, HOST_RESOLVER_MANAGER_REQUEST } = constants.logEventTypes;
  const requests: string[] = [];
  const lookups = new Set<string>();
  for (const { type, params } of events) {
    if (type === URL_REQUEST_START_JOB && params?.url !== undefined) {
      requests.push(`${params.method ?? ""} ${params.url} for ${params.initiator ?? noOrigin}`);
    }
    if (type === HOST_RESOLVER_MANAGER_REQUEST && params?.host !== undefined) {
      lookups.add(params.host.replace(String(port), "PORT"));
    }
  }
  return { requests, lookups: [...lookups] };
}

/** What the second list has beyond the first, each as often as it has it more. */
export function beyond(baseline: readonly string[], others: readonly string[]): string[] {
  const left = [...baseline];
  return others.filter((each) => {
    const index = left.indexOf(each);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

const noOrigin = "not an origin";

/** The browser reads the extension's files as requests; nothing leaves the machine. */
const extensionFile = /^GET chrome-extension:\/\/\S+ for /;

/** The browser's own look for updates and accounts comes when it likes. One for an extension would name its origin. */
const ownOfBrowser = /^\w+ https?:\/\/[a-z0-9.]+\.(?:google|googleapis)\.com\/\S* for not an origin$/;

/** Everything on the network that a run has and the baseline has not. */
export function caused(baseline: Traces, run: Traces): string[] {
  return [
    ...beyond(baseline.access, run.access).map((each) => `server: ${each}`),
    ...beyond(baseline.requests, run.requests)
      .filter((each) => !extensionFile.test(each) && !ownOfBrowser.test(each))
      .map((each) => `browser: ${each}`),
    ...beyond(baseline.lookups, run.lookups).map((each) => `look-up: ${each}`),
    ...run.ofExtension.map((each) => `extension: ${each}`),
  ];
}
