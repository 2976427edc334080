// Every response against contract/openapi.yaml: an undocumented status, content type or field fails.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { parse } from "yaml";

interface MediaType {
  readonly schema: object;
}

interface ResponseSpec {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, MediaType>>;
}

interface Operation {
  readonly responses: Readonly<Record<string, ResponseSpec>>;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly responses: Readonly<Record<string, ResponseSpec>>;
    readonly schemas: Readonly<Record<string, object>>;
  };
}

interface ErrorCodes {
  readonly codes: readonly { readonly code: string; readonly status: number }[];
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const contractFolder = new URL("../../contract/", import.meta.url);
const text = readFileSync(fileURLToPath(new URL("openapi.yaml", contractFolder)), "utf8");
const contract = parse(text.replaceAll("#/components/schemas/", "contract#/$defs/")) as OpenApi;
const errors = JSON.parse(readFileSync(fileURLToPath(new URL("errors.json", contractFolder)), "utf8")) as ErrorCodes;

const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
ajv.addSchema({ $id: "contract", $defs: contract.components.schemas });

const validators = new Map<string, ValidateFunction>();

function validatorOf(schema: object): ValidateFunction {
  const key = JSON.stringify(schema);
  const known = validators.get(key);
  if (known !== undefined) return known;
  const made = ajv.compile(schema);
  validators.set(key, made);
  return made;
}

/** The statuses of errors.json by code. */
const statusOfCode = new Map(errors.codes.map(({ code, status }) => [code, status]));

function operationOf(method: string, path: string): Operation | undefined {
  const plain = path.split("?")[0] ?? path;
  const templates = Object.keys(contract.paths)
    .filter((template) => new RegExp(`^${template.replaceAll(/\{[^}]+\}/gu, "[^/]+")}$`, "u").test(plain))
    .sort((left, right) => left.split("{").length - right.split("{").length);
  const item = templates[0] === undefined ? undefined : contract.paths[templates[0]];
  return item?.[method === "HEAD" ? "get" : method.toLowerCase()];
}

function check(schema: object, value: unknown, what: string): void {
  const validate = validatorOf(schema);
  if (!validate(value)) {
    throw new Error(`${what} breaks the contract: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(value)}`);
  }
}

function checkProblem(answer: Answer, what: string): void {
  if (answer.contentType !== "application/problem+json") {
    throw new Error(`${what}: ${String(answer.status)} is not a problem but ${answer.contentType}: ${answer.body}`);
  }
  const problem = JSON.parse(answer.body) as { status: number; code: string };
  check({ $ref: "contract#/$defs/Problem" }, problem, what);
  if (problem.status !== answer.status || statusOfCode.get(problem.code) !== answer.status) {
    throw new Error(`${what}: status ${String(answer.status)} does not belong to ${answer.body}`);
  }
}

/** Fails unless the contract says that this request may be answered like this. */
export function checkAnswer(method: string, path: string, answer: Answer): void {
  const what = `${method} ${path}`;
  const operation = operationOf(method, path);
  const spec = operation?.responses[String(answer.status)];
  if (spec === undefined) {
    if (answer.status < 400) throw new Error(`${what}: the contract does not know the status ${String(answer.status)}`);
    checkProblem(answer, what);
    return;
  }
  if (spec.content === undefined) {
    if (answer.body !== "") throw new Error(`${what}: a body where there is none: ${answer.body}`);
    return;
  }
  const media = spec.content[answer.contentType];
  if (media === undefined) throw new Error(`${what}: the contract does not know ${answer.contentType}`);
  check(media.schema, JSON.parse(answer.body), what);
}

/** Fails unless `value` is a component schema's. */
export function checkSchema(name: string, value: unknown): void {
  check({ $ref: `contract#/$defs/${name}` }, value, name);
}
