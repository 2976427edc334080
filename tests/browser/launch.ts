// A real Chromium with the real extension, an empty profile of its own, and www.instagram.com pointing to the stand-in.

import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { BrowserContext, Worker } from "playwright-core";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../../", import.meta.url));

export const chromiumPath = "/usr/bin/chromium";
const nativeHostName = "com.instacrm.agent";
export const builtExtension = join(root, "build/extension");
const extensionId = (await readFile(join(root, "contract/extension-id.txt"), "utf8")).trim();

export interface LaunchOptions {
  /** Where www.instagram.com is to be found. */
  readonly instagram: { readonly port: number; readonly spki: string };
  /** A folder with an unpacked extension; null for none. The built one if left out. */
  readonly extension?: string | null;
  /** The native host's executable; none is installed if left out. */
  readonly hostPath?: string;
  /** An existing profile to use again. Otherwise a new one, removed at the end. */
  readonly profile?: string;
  /** Further arguments of Chromium's. */
  readonly args?: readonly string[];
}

export interface Browser {
  readonly context: BrowserContext;
  readonly profile: string;
  /** The extension's service worker, started if it sleeps. */
  worker(): Promise<Worker>;
  close(): Promise<void>;
}

/** A profile as Chromium would leave it after its first start, with unpacked extensions allowed. */
export async function makeProfile(hostPath?: string): Promise<string> {
  const profile = await mkdtemp(join(tmpdir(), "instacrm-profile-"));
  await mkdir(join(profile, "Default"));
  await writeFile(
    join(profile, "Default/Preferences"),
    JSON.stringify({ extensions: { ui: { developer_mode: true } } }),
  );
  if (hostPath !== undefined) await installHost(profile, hostPath);
  return profile;
}

/** Tells the profile's browser where the native host is, as `instacrm-agent install` does for a user's. */
export async function installHost(profile: string, hostPath: string): Promise<void> {
  const folder = join(profile, "NativeMessagingHosts");
  const manifest = {
    name: nativeHostName,
    description: "InstaCRM agent",
    path: hostPath,
    type: "stdio",
    allowed_origins: [`chrome-extension://${extensionId}/`],
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${nativeHostName}.json`), JSON.stringify(manifest));
}

export function chromiumArguments(options: LaunchOptions): string[] {
  const extension = options.extension === undefined ? builtExtension : options.extension;
  if (extension !== null && !existsSync(join(extension, "manifest.json"))) {
    throw new Error(`There is no extension in ${extension}. Build it: npm run build --workspace extension`);
  }
  return [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    `--host-resolver-rules=MAP www.instagram.com 127.0.0.1:${String(options.instagram.port)}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
    `--ignore-certificate-errors-spki-list=${options.instagram.spki}`,
    ...(extension === null ? [] : [`--disable-extensions-except=${extension}`, `--load-extension=${extension}`]),
    ...(options.args ?? []),
  ];
}

export async function launchBrowser(options: LaunchOptions): Promise<Browser> {
  const profile = options.profile ?? (await makeProfile(options.hostPath));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath,
    headless: true,
    args: chromiumArguments(options),
    // Playwright's own would switch extensions off.
    ignoreDefaultArgs: ["--disable-extensions"],
    viewport: { width: 1280, height: 800 },
  });
  return {
    context,
    profile,
    worker: async () => context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker")),
    close: async () => {
      await context.close();
      if (options.profile === undefined) await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
