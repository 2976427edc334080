// The extension's manifest. Vite writes it into the build as manifest.json; the version is package.json's.

import about from "./package.json" with { type: "json" };

/**
 * The public half of an RSA key, as DER in base64. Chrome derives the extension's id from it, so the id is the same on
 * every desktop; the agent's host manifest names that id (contract/extension-id.txt). The private half was thrown
 * away: an unpacked extension needs none.
 */
export const publicKey =
  "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuiy0XSXJhOVUU30mKUbbajqn9D9AVp1qE3sH7oXCJPBL8KKM1LqlEtkgCAhLkG14KfSvjhPkZRnFDubfGv+Eqpk1YF+Ysh/to0krtVT3SWZu2D515dr8KxwubwuZjjNy15EGUix7612PVnPNaqCBQLN/42o7sqzc4jQ9h9OZWziy7ccQSG7plzH7wdVEoJvfIqjFIOSk12/JwzqXfPtafLXcIC21fjRlz8NdadzU6GzqqRT6ug80U/H6ZAR7LVWFq57LFx2K5PKyi0GaVtlbEkALkZiibpVY5O9FowJ9nGnQ1EyeUHiX1dO4y9D8+im/cX/bY6rY+JDvuExLzZ7ubwIDAQAB";

export const manifest = {
  manifest_version: 3,
  name: "InstaCRM",
  version: about.version,
  description: "Keeps the team's memory of the messages that you send by hand on Instagram. It observes only.",
  key: publicKey,
  // chrome.storage.local.getKeys(), which counts what waits without reading it.
  minimum_chrome_version: "130",
  permissions: ["nativeMessaging", "storage", "alarms"],
  background: { service_worker: "worker.js" },
  content_scripts: [
    {
      // The whole site and not only /direct/: from the feed a person enters a thread without loading a new document,
      // and a content script comes only with a document. Outside /direct/t/ it does nothing.
      matches: ["https://www.instagram.com/*"],
      js: ["content.js"],
      // Before the page's own scripts, so that no message is sent unseen.
      run_at: "document_start",
    },
  ],
  content_security_policy: {
    extension_pages: "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'none'",
  },
  // What a person does in a private window is not the team's.
  incognito: "not_allowed",
} as const;
