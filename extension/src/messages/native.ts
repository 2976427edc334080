// The messages between the extension and instacrm-agent. Both directions are checked, each field, before use.

import { limits } from "@contract/contract";

import type { Checked } from "./checked";
import { checkFields, invalid, isCount, isExactly, isFlag, isOneOf, isText, valid } from "./checked";
import type { Operation } from "./operation";
import { checkOperation, isOperationId } from "./operation";

export const hostName = "com.instacrm.agent";

export interface Hello {
  readonly type: "hello";
  readonly protocol: number;
  readonly extension_version: string;
}

export interface Capture {
  readonly type: "capture";
  readonly operation: Operation;
}

export interface StatusRequest {
  readonly type: "status_request";
}

export type ToHost = Hello | Capture | StatusRequest;

export interface Ack {
  readonly type: "ack";
  readonly op_id: string;
  readonly outcome: "stored" | "duplicate";
}

export interface Status {
  readonly type: "status";
  readonly protocol: number;
  readonly agent_version: string;
  readonly paired: boolean;
  readonly online: boolean;
  readonly pending: number;
  readonly rejected: number;
  readonly opr_name?: string;
}

export interface Refusal {
  readonly type: "error";
  readonly code: string;
  readonly detail: string;
  readonly op_id?: string;
}

export type ToExtension = Ack | Status | Refusal;

const isProtocol = isExactly(limits.protocolVersion);
const isVersion = (value: unknown): boolean =>
  typeof value === "string" && value !== "" && Array.from(value).length <= limits.versionCharactersMax;

/** What the extension may send. */
export function checkToHost(value: unknown): Checked<ToHost> {
  const type = typeOf(value);
  const checked =
    type === "hello"
      ? checkFields(value, { type: isText, protocol: isProtocol, extension_version: isVersion })
      : type === "capture"
        ? checkFields(value, { type: isText, operation: (operation) => checkOperation(operation).ok })
        : type === "status_request"
          ? checkFields(value, { type: isText })
          : invalid("Its type is not known.");
  if (!checked.ok) return checked;
  if (new TextEncoder().encode(JSON.stringify(value)).length > limits.nativeFrameBytesMax) {
    return invalid("It is larger than a native message may be.");
  }
  return valid(checked.value as unknown as ToHost);
}

/** What the host may answer. */
export function checkToExtension(value: unknown): Checked<ToExtension> {
  const type = typeOf(value);
  const checked =
    type === "ack"
      ? checkFields(value, { type: isText, op_id: isOperationId, outcome: isOneOf("stored", "duplicate") })
      : type === "status"
        ? checkStatus(value)
        : type === "error"
          ? checkFields(value, { type: isText, code: isText, detail: isText }, { op_id: isOperationId })
          : invalid("Its type is not known.");
  return checked.ok ? valid(checked.value as unknown as ToExtension) : checked;
}

export function checkStatus(value: unknown): Checked<Status> {
  const checked = checkFields(
    value,
    {
      type: isExactly("status"),
      protocol: isProtocol,
      agent_version: isText,
      paired: isFlag,
      online: isFlag,
      pending: isCount,
      rejected: isCount,
    },
    { opr_name: isText },
  );
  return checked.ok ? valid(checked.value as unknown as Status) : checked;
}

function typeOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "type" in value ? value.type : undefined;
}
