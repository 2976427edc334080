// Operations that the desktop has not yet acknowledged. Each lies in chrome.storage.local under a key of its own, so that
// tabs and worker never write over each other, and so that a kill at any moment leaves every one whole.

import type { Checked } from "../messages/checked";
import type { Operation } from "../messages/operation";
import { checkOperation } from "../messages/operation";

const prefix = "op:";

export function isKeptKey(key: string): boolean {
  return key.startsWith(prefix);
}

/** Keeps an operation; resolves when it is stored, and rejects when the storage is full. */
export async function keepOperation(operation: Operation): Promise<void> {
  await chrome.storage.local.set({ [prefix + operation.op_id]: operation });
}

/** Forgets an operation that is durable elsewhere. */
export async function forgetOperation(opId: string): Promise<void> {
  await chrome.storage.local.remove(prefix + opId);
}

/** The ids of all operations that wait, oldest first: a UUIDv7 sorts by its time. */
export async function listOperationIds(): Promise<string[]> {
  const keys = await chrome.storage.local.getKeys();
  return keys
    .filter(isKeptKey)
    .map((key) => key.slice(prefix.length))
    .sort();
}

/** The operations of these ids that are still there, each checked. */
export async function loadOperations(opIds: readonly string[]): Promise<Map<string, Checked<Operation>>> {
  const stored = await chrome.storage.local.get(opIds.map((opId) => prefix + opId));
  return new Map(Object.entries(stored).map(([key, value]) => [key.slice(prefix.length), checkOperation(value)]));
}
