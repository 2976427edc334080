import type { Role } from "@contract/contract";

/** Roles in words: with an article, and what they may. */
export const roleWords: Record<Role, { name: string; article: string; may: string }> = {
  owner: { name: "Owner", article: "the owner", may: "The owner makes admins, and may hand the team over." },
  admin: { name: "Admin", article: "an admin", may: "Admins invite people, change their roles and read the audit." },
  operator: { name: "Operator", article: "an operator", may: "Operators pair desktops, write to leads and log it." },
  viewer: { name: "Viewer", article: "a viewer", may: "Viewers read what the team does and change nothing." },
};
