// An operation: what a person did, as the contract writes it (contract/native.schema.json).

import { limits } from "@contract/contract";

import type { Checked } from "./checked";
import { checkFields, invalid, isLike, isOneOf, valid } from "./checked";
import { isUuidV7 } from "./uuid-v7";

export interface Operation {
  readonly op_id: string;
  readonly kind: "outreach";
  readonly act_username: string;
  readonly tar_username: string;
  readonly thread_id: string;
  /** Left out for a message without text. */
  readonly message_text?: string;
  /** Milliseconds since 1970 UTC. */
  readonly sent_at: number;
}

const sentAtMax = 253_402_300_799_999;
const isOperationId = (value: unknown): boolean => typeof value === "string" && isUuidV7(value);
const isHandle = isLike(/^[a-z0-9._]{1,30}$/);
const isTime = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= sentAtMax;

/** Whether a text is within the limit of the contract, which counts the bytes of UTF-8. */
export function fitsMessage(text: string): boolean {
  return new TextEncoder().encode(text).length <= limits.messageBytesMax;
}

/** A text as the contract can carry it: without NUL, and without halves of a surrogate pair. */
export function toMessageText(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}

const isMessageText = (value: unknown): boolean =>
  typeof value === "string" && value !== "" && value === toMessageText(value);

export function checkOperation(value: unknown): Checked<Operation> {
  const fields = checkFields(
    value,
    {
      op_id: isOperationId,
      kind: isOneOf("outreach"),
      act_username: isHandle,
      tar_username: isHandle,
      thread_id: isLike(/^[A-Za-z0-9_-]{1,64}$/),
      sent_at: isTime,
    },
    { message_text: isMessageText },
  );
  if (!fields.ok) return fields;
  const operation = fields.value as unknown as Operation;
  if (operation.message_text !== undefined && !fitsMessage(operation.message_text)) {
    return invalid("The message is longer than the contract allows.");
  }
  return valid(operation);
}

export { isOperationId };
