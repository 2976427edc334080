// Short notices about what was done. Kept here so that whoever says one needs not to load what draws it.

import type { ReactNode } from "react";

export interface Toast {
  id: number;
  tone: "done" | "refused";
  text: ReactNode;
}

const listeners = new Set<() => void>();
let toasts: readonly Toast[] = [];
let nextId = 1;

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export function toast(tone: Toast["tone"], text: ReactNode): void {
  set([...toasts, { id: nextId++, tone, text }]);
}

export function dismissToast(id: number): void {
  set(toasts.filter((one) => one.id !== id));
}

export function subscribeToToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function getToasts(): readonly Toast[] {
  return toasts;
}
