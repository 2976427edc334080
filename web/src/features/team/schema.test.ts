import { expect, it } from "vitest";

import { domainForm, inviteForm } from "./schema";

it("invites an address, or whoever holds the link", () => {
  expect(inviteForm.parse({ role: "viewer", opr_email: " jo@example.com " }).opr_email).toBe("jo@example.com");
  expect(inviteForm.safeParse({ role: "viewer", opr_email: "" }).success).toBe(true);
  expect(inviteForm.safeParse({ role: "viewer", opr_email: "jo" }).success).toBe(false);
});

it("invites nobody as the owner", () => {
  expect(inviteForm.safeParse({ role: "owner", opr_email: "" }).success).toBe(false);
});

it("takes a domain, not an address", () => {
  expect(domainForm.parse({ email_domain: " Example.COM ", role: "operator" }).email_domain).toBe("example.com");
  for (const bad of ["jo@example.com", "localhost", "example..com", ""]) {
    expect(domainForm.safeParse({ email_domain: bad, role: "operator" }).success).toBe(false);
  }
  expect(domainForm.safeParse({ email_domain: "example.com", role: "admin" }).success).toBe(false);
});
