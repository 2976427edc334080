// The routes of contract/openapi.yaml, as the tests that walk all of them see them.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { parse } from "yaml";

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly maxLength?: number;
  readonly pattern?: string;
  /** A text of several lines is none that must be refused. */
  readonly "x-multiline"?: boolean;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly schema: Schema;
}

interface Operation {
  readonly operationId: string;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

type Method = "get" | "post" | "put" | "patch" | "delete";

interface PathItem extends Readonly<Partial<Record<Method, Operation>>> {
  readonly parameters?: readonly Parameter[];
}

interface OpenApi {
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface Route {
  readonly operationId: string;
  /** In capitals. */
  readonly method: string;
  /** With {parameters}. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** The body's schema; undefined when it takes none. */
  readonly body: Schema | undefined;
  /** Whether it is a desktop's. */
  readonly isDesktops: boolean;
}

const file = fileURLToPath(new URL("../../contract/openapi.yaml", import.meta.url));
const contract = parse(readFileSync(file, "utf8")) as OpenApi;
const methods: readonly Method[] = ["get", "post", "put", "patch", "delete"];

/** The schema itself, where one refers to another. */
export function schemaOf(schema: Schema): Schema {
  const name = schema.$ref?.replace("#/components/schemas/", "");
  if (name === undefined) return schema;
  const found = contract.components.schemas[name];
  if (found === undefined) throw new Error(`The contract has no ${name}.`);
  return schemaOf(found);
}

function routeOf(path: string, method: Method, item: PathItem, operation: Operation): Route {
  const body = operation.requestBody?.content["application/json"]?.schema;
  return {
    operationId: operation.operationId,
    method: method.toUpperCase(),
    path,
    parameters: [...(item.parameters ?? []), ...(operation.parameters ?? [])],
    body: body === undefined ? undefined : schemaOf(body),
    isDesktops: operation.security?.some((scheme) => "device" in scheme) ?? false,
  };
}

/** Every route, in the contract's order. */
export const routes: readonly Route[] = Object.entries(contract.paths).flatMap(([path, item]) =>
  methods.flatMap((method) => {
    const operation = item[method];
    return operation === undefined ? [] : [routeOf(path, method, item, operation)];
  }),
);
