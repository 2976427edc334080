// What the page says, as facts. Nothing outside this folder looks at the page; everything else works on these.
// A fact carries its evidence. Where two pieces of evidence disagree, or there is none, the fact is unknown and says why.

/** One observation that speaks for a value: what was looked at, and what it said. */
export interface Evidence<T> {
  readonly source: string;
  readonly value: T;
}

export type Fact<T> =
  | { readonly known: true; readonly value: T; readonly evidence: readonly Evidence<T>[] }
  | { readonly known: false; readonly why: "missing" | "contradiction"; readonly evidence: readonly Evidence<T>[] };

/** The fact that a list of evidence adds up to. */
export function conclude<T extends string>(evidence: readonly Evidence<T>[]): Fact<T> {
  const first = evidence[0];
  if (first === undefined) return { known: false, why: "missing", evidence };
  if (evidence.some((other) => other.value !== first.value)) return { known: false, why: "contradiction", evidence };
  return { known: true, value: first.value, evidence };
}

export type Sender = "own" | "other";

/** One message as it is rendered. */
export interface Row {
  /** The row's element. It stands for the row's identity; nobody but the page model looks into it. */
  readonly element: object;
  readonly sender: Fact<Sender>;
  /** No text, one text, or several of which it cannot be said which is the message (a quote, a link's preview). */
  readonly texts: readonly string[];
  /** Something that is not text: a picture, a sound, a drawing. */
  readonly hasMedia: boolean;
}

/** A thread as it is rendered now. */
export interface Thread {
  readonly threadId: string;
  readonly own: Fact<string>;
  readonly counterpart: Fact<string>;
  /** Whether the page has a list of messages. */
  readonly hasList: boolean;
  /** Oldest first, as far as they are in the document. */
  readonly rows: readonly Row[];
  /** What stands in the composer; null where the page shows none. */
  readonly draft: string | null;
}
