// The only place that fetches. Paths, parameters, bodies and answers are typed by the contract.

import type { paths } from "@contract/openapi";

import { Problem, problemFrom, unreachable } from "./problem";
import { withProof } from "./proof";

const ANSWER_TIMEOUT_MS = 20_000;

type Method = "get" | "post" | "put" | "delete";
type Path<M extends Method> = { [P in keyof paths]: paths[P][M] extends object ? P : never }[keyof paths];
type Success = 200 | 201 | 204;
type Answers<O> = O extends { responses: infer R } ? R[Extract<keyof R, Success>] : never;
type Answer<O> = Answers<O> extends { content: { "application/json": infer T } } ? T : undefined;
type Body<O> = O extends { requestBody: { content: { "application/json": infer B } } } ? B : undefined;

interface Ask {
  /** Values for the {names} in the path. */
  path?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  signal?: AbortSignal;
}

type AskOf<O> = Ask & { body?: Body<O> };

function addressOf(template: string, ask: Ask): string {
  const address = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ask.path?.[name] ?? ""));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(ask.query ?? {})) {
    if (value !== undefined) query.set(name, String(value));
  }
  // The server takes a plus sign for one.
  return query.size > 0 ? `${address}?${query.toString().replaceAll("+", "%20")}` : address;
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

async function send(method: Method, address: string, ask: Ask): Promise<Response> {
  const headers = new Headers({ Accept: "application/json" });
  if (method !== "get") headers.set("X-InstaCRM", "1");
  if (ask.body !== undefined) headers.set("Content-Type", "application/json");
  const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  try {
    return await fetch(address, {
      method: method.toUpperCase(),
      headers,
      credentials: "same-origin",
      cache: "no-store",
      signal: ask.signal ? AbortSignal.any([ask.signal, timeout]) : timeout,
      body: ask.body === undefined ? null : JSON.stringify(ask.body),
    });
  } catch (error) {
    if (ask.signal?.aborted) throw error;
    throw unreachable();
  }
}

async function askOnce<M extends Method, P extends Path<M>>(
  method: M,
  path: P,
  ask: AskOf<paths[P][M]>,
): Promise<Answer<paths[P][M]>> {
  const response = await send(method, addressOf(path, ask), ask);
  if (response.status === 204) return undefined as Answer<paths[P][M]>;
  const body = await readJson(response);
  if (!response.ok) throw problemFrom(response.status, body);
  if (body === undefined) throw new Problem("unreadable", "The answer cannot be read", response.status);
  return body as Answer<paths[P][M]>;
}

/** Asks the server, and the person once more who they are where it wants that; throws a Problem when it was not done. */
export async function call<M extends Method, P extends Path<M>>(
  method: M,
  path: P,
  ask: AskOf<paths[P][M]> = {},
): Promise<Answer<paths[P][M]>> {
  return withProof(() => askOnce(method, path, ask));
}
