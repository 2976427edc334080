// The service worker: wakes for an operation, an alarm, a tab or the browser's start, and keeps the link to the agent.
// It has no state of its own to lose, and it makes no request.

import { checkWake } from "../messages/wake";
import { isKeptKey } from "../kept/kept-operations";
import { Backoff } from "./backoff";
import { HostLink } from "./host-link";

const link = new HostLink(new Backoff(Math.random));

chrome.storage.onChanged.addListener((changes, area) => {
  if (area !== "local") return;
  const isNew = Object.entries(changes).some(([key, change]) => isKeptKey(key) && change.newValue !== undefined);
  if (isNew) void link.deliver();
});

chrome.alarms.onAlarm.addListener(() => void link.retry());

chrome.runtime.onMessage.addListener((message: unknown, sender) => {
  if (sender.id === chrome.runtime.id && checkWake(message).ok) link.open();
});

// Listening for these is what starts the worker with the browser and after an installation.
chrome.runtime.onStartup.addListener(() => void link.retry());
chrome.runtime.onInstalled.addListener(() => void link.retry());

void link.retry();
