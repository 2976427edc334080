// Which entries of the audit are shown; it stands in the page's address.

import { type AuditAction, auditActions } from "@contract/contract";

export interface AuditFilter {
  /** Who did it. */
  opr_id?: string;
  action?: AuditAction;
  /** What it was done to. */
  object_id?: string;
}

const OBJECT_ID_MAX = 64;

function isAction(value: unknown): value is AuditAction {
  return (auditActions as readonly unknown[]).includes(value);
}

/** Takes what can be a filter out of an address; the rest is left out. */
export function auditFilterOf({ opr_id, action, object_id }: Record<string, unknown>): AuditFilter {
  const object = typeof object_id === "string" || typeof object_id === "number" ? String(object_id).trim() : "";
  return {
    ...(typeof opr_id === "string" && /^OPR-[0-9A-F]{8}$/u.test(opr_id) ? { opr_id } : {}),
    ...(isAction(action) ? { action } : {}),
    ...(object !== "" && object.length <= OBJECT_ID_MAX ? { object_id: object } : {}),
  };
}

/** "Role changed" */
export function actionWords(action: AuditAction): string {
  const words = action.replaceAll("_", " ");
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
