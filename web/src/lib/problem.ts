// What can go wrong with a request, as one error type, and how it is told to a person.

import { type ErrorCode, errorCodes } from "@contract/contract";

/** Codes of the contract, and two that only a browser knows: no answer came, or one that is not the server's. */
export type ProblemCode = ErrorCode | "unreachable" | "unreadable";

export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly code: ProblemCode,
    title: string,
    readonly status = 0,
    readonly detail?: string,
    /** The last part of the JSON Pointer, or the parameter's name. */
    readonly field?: string,
    readonly requestId?: string,
  ) {
    super(title);
  }
}

const known: ReadonlySet<string> = new Set(errorCodes);

function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && known.has(value);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Reads a problem body; a proxy's or a stranger's answer becomes `unreadable`. */
export function problemFrom(status: number, body: unknown): Problem {
  if (typeof body !== "object" || body === null || !("code" in body) || !isErrorCode(body.code)) {
    return new Problem("unreadable", `The answer (status ${status}) is not from this server`, status);
  }
  const fields = body as Record<string, unknown>;
  return new Problem(
    body.code,
    text(fields["title"]) ?? "It was not done",
    status,
    text(fields["detail"]),
    text(fields["field"])?.split("/").at(-1),
    text(fields["request_id"]),
  );
}

export function unreachable(): Problem {
  return new Problem("unreachable", "The server does not answer");
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem("internal", "Something went wrong in this page");
}

/** Trying again may help: nobody answered, or the server was busy. */
export function isTransient(error: unknown): boolean {
  return error instanceof Problem && (error.code === "unreachable" || error.status === 503 || error.status === 429);
}

/** The session is over, or never was. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof Problem && error.code === "unauthenticated";
}

const remedies: Partial<Record<ProblemCode, string>> = {
  unreachable: "Check that the server runs and that this computer reaches it.",
  unreadable: "Something between this page and the server answered in its place.",
  forbidden: "Ask an owner or an admin of the team.",
  invalid_link: "Links work once and for a limited time. Ask whoever gave it for a new one.",
  owner_exists: "Ask an owner or an admin for an invitation.",
  wrong_password: "Type it once more. Who has forgotten it asks an owner or an admin for a link to set a new one.",
  password_refused: "Choose a longer one that nobody else would think of.",
  name_taken: "Choose another one; whoever has it already may be you.",
  not_invited: "Ask an owner or an admin of the team for an invitation.",
  unknown_pairing: "Codes wait for ten minutes. Compare it with the desktop's, or start pairing there again.",
  pairing_claimed: "Start pairing on the desktop again.",
  not_empty: "Sample data goes into an empty team only.",
  too_many_requests: "Wait some minutes, then try again.",
  busy: "Try again in a moment.",
  unavailable: "Try again in a moment.",
  timeout: "Try again in a moment.",
  internal: "Try again. If it stays, look for the request's number in the server's log.",
};

/** The reason as the end of a sentence: "Not paired: the server is busy". */
export function reasonOf(error: unknown): string {
  const { message } = asProblem(error);
  return `${message.slice(0, 1).toLowerCase()}${message.slice(1)}`;
}

/** What to do about it, in one or two sentences. The server's own detail goes first, where it says more than the title. */
export function remedyOf(problem: Problem): string | undefined {
  const { detail, message, code } = problem;
  return detail !== undefined && detail !== `${message}.` ? detail : remedies[code];
}
