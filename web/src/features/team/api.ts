import type { Role } from "@contract/contract";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { call } from "@/lib/api";
import { roleWords } from "@/lib/role";
import { sessionQuery } from "@/lib/session";
import { toast } from "@/lib/toast";
import type { EmailDomain, Invitation, OperatorEntry } from "@/lib/wire";

import type { DomainForm, InviteForm } from "./schema";

export const invitationsQuery = queryOptions({
  queryKey: ["invitations"],
  queryFn: ({ signal }) => call("get", "/api/v1/invitations", { signal }),
});

export const domainsQuery = queryOptions({
  queryKey: ["email-domains"],
  queryFn: ({ signal }) => call("get", "/api/v1/email-domains", { signal }),
});

function useRefresh(...keys: readonly string[]) {
  const client = useQueryClient();
  return () => Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] })));
}

export function useChangeRole(person: OperatorEntry) {
  const refresh = useRefresh("people");
  return useMutation({
    mutationFn: (role: Role) =>
      call("put", "/api/v1/operators/{opr_id}/role", { path: { opr_id: person.opr_id }, body: { role } }),
    onSuccess: async (_, role) => {
      toast("done", `${person.opr_name} is ${roleWords[role].article} now`);
      await refresh();
    },
  });
}

export function useHandOver(person: OperatorEntry) {
  const refresh = useRefresh("people", ...sessionQuery.queryKey);
  return useMutation({
    mutationFn: () => call("post", "/api/v1/operators/{opr_id}/ownership", { path: { opr_id: person.opr_id } }),
    onSuccess: async () => {
      toast("done", `${person.opr_name} owns the team now; you are an admin`);
      await refresh();
    },
  });
}

export function useDisable(person: OperatorEntry) {
  const refresh = useRefresh("people");
  return useMutation({
    mutationFn: () => call("put", "/api/v1/operators/{opr_id}/disabling", { path: { opr_id: person.opr_id } }),
    onSuccess: async () => {
      toast("done", `${person.opr_name} has no access any more`);
      await refresh();
    },
  });
}

export function useEnable(person: OperatorEntry) {
  const refresh = useRefresh("people");
  return useMutation({
    mutationFn: () => call("delete", "/api/v1/operators/{opr_id}/disabling", { path: { opr_id: person.opr_id } }),
    onSuccess: async () => {
      toast("done", `${person.opr_name} may sign in again`);
      await refresh();
    },
  });
}

export function useGiveResetLink(person: OperatorEntry) {
  return useMutation({
    mutationFn: () => call("post", "/api/v1/operators/{opr_id}/password-link", { path: { opr_id: person.opr_id } }),
  });
}

export function useInvite() {
  const refresh = useRefresh("invitations");
  return useMutation({
    mutationFn: ({ role, opr_email }: InviteForm) =>
      call("post", "/api/v1/invitations", { body: { role, ...(opr_email === "" ? {} : { opr_email }) } }),
    onSuccess: refresh,
  });
}

export function useRevokeInvitation(invitation: Invitation) {
  const refresh = useRefresh("invitations");
  return useMutation({
    mutationFn: () =>
      call("delete", "/api/v1/invitations/{invitation_id}", { path: { invitation_id: invitation.invitation_id } }),
    onSuccess: async () => {
      toast("done", "The invitation is taken back");
      await refresh();
    },
  });
}

export function useAllowDomain() {
  const refresh = useRefresh("email-domains");
  return useMutation({
    mutationFn: (body: DomainForm) => call("post", "/api/v1/email-domains", { body }),
    onSuccess: refresh,
  });
}

export function useDisallowDomain({ email_domain }: EmailDomain) {
  const refresh = useRefresh("email-domains");
  return useMutation({
    mutationFn: () => call("delete", "/api/v1/email-domains/{email_domain}", { path: { email_domain } }),
    onSuccess: async () => {
      toast("done", `Nobody else joins by ${email_domain}`);
      await refresh();
    },
  });
}
