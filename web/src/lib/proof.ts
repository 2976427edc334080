// Some changes take somebody who has shown lately who they are. Where the server asks for that, the person is asked, and
// the change is tried once more. Kept here so that whoever changes something needs not to load what asks.

import { Problem } from "./problem";

/** Settles a question: whether the person has shown who they are. */
type Settle = (isProven: boolean) => void;

const listeners = new Set<() => void>();
let waiting: readonly Settle[] = [];

function set(next: readonly Settle[]): void {
  waiting = next;
  for (const listener of listeners) listener();
}

function ask(): Promise<boolean> {
  return new Promise((settle) => {
    set([...waiting, settle]);
  });
}

/** Answers everything that waits. */
export function settleProof(isProven: boolean): void {
  const asked = waiting;
  set([]);
  for (const settle of asked) settle(isProven);
}

export function subscribeToProof(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function isProofAsked(): boolean {
  return waiting.length > 0;
}

/** Does it, after a proof where the server asks for one; without the proof the server's refusal stands. */
export async function withProof<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "sign_in_again" || !(await ask())) throw error;
    return change();
  }
}
