import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import { AtSign } from "lucide-react";
import { useState } from "react";
import { useForm } from "react-hook-form";

import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { Field, Input, Select } from "@/components/ui/field";
import { itemClass } from "@/components/ui/item";
import { QueryList } from "@/components/ui/query-list";
import { Refusal } from "@/components/ui/refusal";
import { canChangeEmailDomains } from "@/lib/can";
import { useOperator } from "@/lib/operator";
import { roleWords } from "@/lib/role";
import type { EmailDomain } from "@/lib/wire";

import { domainsQuery, useAllowDomain, useDisallowDomain } from "../api";
import { type DomainForm, domainForm } from "../schema";

function DisallowDialog({ domain, onClose }: { domain: EmailDomain; onClose: () => void }) {
  return (
    <ConfirmDialog
      title={`Allow ${domain.email_domain} no longer?`}
      keep="Keep it"
      act="Allow no longer"
      refused="Not changed"
      mutation={useDisallowDomain(domain)}
      onClose={onClose}
    >
      <p>Nobody else joins by it. Who has joined stays.</p>
    </ConfirmDialog>
  );
}

function Row({ domain }: { domain: EmailDomain }) {
  const operator = useOperator();
  const [isAsking, setAsking] = useState(false);
  return (
    <li className={itemClass}>
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{domain.email_domain}</p>
        <p className="text-small text-fg-3">
          Joins as {roleWords[domain.role].article}, allowed by {domain.opr_name}
        </p>
      </div>
      {canChangeEmailDomains(operator) && (
        <Button
          tone="stop"
          size="small"
          aria-label={`Remove ${domain.email_domain}`}
          onClick={() => {
            setAsking(true);
          }}
        >
          Remove
        </Button>
      )}
      {isAsking && (
        <DisallowDialog
          domain={domain}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </li>
  );
}

function AllowForm() {
  const allow = useAllowDomain();
  const form = useForm<DomainForm>({
    resolver: zodResolver(domainForm),
    defaultValues: { email_domain: "", role: "operator" },
  });
  const submit = form.handleSubmit((values) => {
    if (allow.isPending) return;
    allow.mutate(values, {
      onSuccess: () => {
        form.reset();
      },
    });
  });
  return (
    <form
      noValidate
      onSubmit={(event) => void submit(event)}
      className="flex flex-col gap-3 border-t border-line px-4 pt-3 pb-4"
    >
      <div className="grid grid-cols-[minmax(0,1fr)_8rem] gap-2">
        <Field label="Domain" error={form.formState.errors.email_domain?.message}>
          {(control) => (
            <Input
              {...control}
              {...form.register("email_domain")}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              placeholder="example.com"
            />
          )}
        </Field>
        <Field label="Role">
          {(control) => (
            <Select {...control} {...form.register("role")}>
              <option value="operator">{roleWords.operator.name}</option>
              <option value="viewer">{roleWords.viewer.name}</option>
            </Select>
          )}
        </Field>
      </div>
      {allow.isError && <Refusal title="Not allowed" error={allow.error} />}
      <Button type="submit" busy={allow.isPending} className="self-start">
        Allow domain
      </Button>
    </form>
  );
}

/** E-mail domains whose people may join by themselves. */
export function DomainCard() {
  const operator = useOperator();
  const domains = useQuery(domainsQuery);
  return (
    <Card title="E-mail domains">
      <div className="mt-2 border-t border-line">
        <QueryList
          query={domains}
          loading="Loading the domains"
          failed="The domains were not loaded"
          empty={
            <EmptyState icon={AtSign} title="No domain is allowed">
              <p>
                Whoever signs in by a provider that has verified an address of an allowed domain joins without an
                invitation.
              </p>
            </EmptyState>
          }
        >
          {(domain) => <Row key={domain.email_domain} domain={domain} />}
        </QueryList>
      </div>
      {canChangeEmailDomains(operator) && <AllowForm />}
    </Card>
  );
}
