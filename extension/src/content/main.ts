// The content script: watches the page, hands facts to the thread watch, and what was sent to the capture.
// It never writes into the page but for the status, never acts in it, and makes no request.

import { uuidV7Maker } from "../messages/uuid-v7";
import type { Wake } from "../messages/wake";
import { readSideFromLayout, rememberSides } from "../page-model/read-side";
import { isInComposer, readDraft, readThread, threadIdOfPath } from "../page-model/read-thread";
import { builtInPack } from "../page-model/selector-pack";
import { Capture } from "./capture";
import { StatusBoard } from "./status-board";
import { ThreadWatch } from "./thread-watch";

/** How often a tab looks whether its extension is still there. */
const orphanCheckMs = 2000;

const board = new StatusBoard(document);
const capture = new Capture(
  board,
  uuidV7Maker(Date.now, (bytes) => crypto.getRandomValues(bytes)),
);
const watch = new ThreadWatch();
const readSide = rememberSides(readSideFromLayout);
let openThreadId: string | null = null;

function wakeWorker(): void {
  const wake: Wake = { type: "wake" };
  // No answer is expected; a worker that cannot be reached shows in the link's state.
  chrome.runtime.sendMessage(wake).catch(() => undefined);
}

function observePage(): void {
  const thread = readThread(document, location.pathname, readSide, builtInPack);
  const sent = watch.observe(thread, { now: Date.now(), isAttended: document.hasFocus() });
  for (const each of sent) void capture.take(each);
  const threadId = thread?.threadId ?? null;
  if (threadId !== null && threadId !== openThreadId) wakeWorker();
  openThreadId = threadId;
  board.setReadable(watch.isReadable);
  board.setThreadOpen(threadId !== null);
}

/** Whether the extension was updated or removed: then this script is cut off and can keep nothing. */
function isOrphaned(): boolean {
  return (chrome as Partial<typeof chrome>).runtime?.id === undefined;
}

function stopIfOrphaned(): boolean {
  if (!isOrphaned()) return false;
  observer.disconnect();
  clearInterval(orphanCheck);
  board.update({ isOrphaned: true });
  return true;
}

const observer = new MutationObserver((records) => {
  if (stopIfOrphaned()) return;
  const threadId = threadIdOfPath(location.pathname);
  if (threadId === null && openThreadId === null) return;
  // Typing changes the composer and nothing else: the rows need not be read at each key.
  const isTyping = records.every((record) => isInComposer(record.target, builtInPack));
  if (isTyping && threadId !== null) {
    if (watch.observeDraft(readDraft(document, builtInPack), threadId, Date.now())) return;
  }
  observePage();
});

const orphanCheck = setInterval(stopIfOrphaned, orphanCheckMs);

observer.observe(document, {
  subtree: true,
  childList: true,
  characterData: true,
  attributes: true,
  attributeFilter: ["aria-label", "contenteditable", "href", "role"],
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && openThreadId !== null && !isOrphaned()) wakeWorker();
});
observePage();
