import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";

import { call } from "@/lib/api";
import { useOperator } from "@/lib/operator";
import { settleProof } from "@/lib/proof";
import { sessionQuery, sessionsQuery } from "@/lib/session";

import { Command } from "./command";
import { ProviderButtons } from "./provider-buttons";
import { Button } from "./ui/button";
import { Dialog } from "./ui/dialog";
import { Field, Input } from "./ui/field";
import { Refusal } from "./ui/refusal";

function cancel(): void {
  settleProof(false);
}

const FORM = "prove-form";

function ByPassword() {
  const { opr_email: email } = useOperator();
  const client = useQueryClient();
  const [password, setPassword] = useState("");
  const proof = useMutation({
    mutationFn: () => call("post", "/api/v1/session/proof", { body: { password } }),
    onSuccess: (session) => {
      client.setQueryData(sessionQuery.queryKey, session);
      settleProof(true);
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (password !== "" && !proof.isPending) proof.mutate();
  };
  return (
    <Dialog
      title="Your password once more"
      onClose={cancel}
      actions={
        <>
          <Button onClick={cancel}>Cancel</Button>
          <Button type="submit" form={FORM} tone="primary" busy={proof.isPending}>
            Go on
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} className="flex flex-col gap-3">
        <p>This takes somebody who has signed in within the last minutes.</p>
        <input type="email" name="account" autoComplete="username" value={email} readOnly hidden />
        <Field label="Password">
          {(control) => (
            <Input
              {...control}
              type="password"
              autoFocus
              autoComplete="current-password"
              value={password}
              onChange={(event) => {
                setPassword(event.target.value);
              }}
            />
          )}
        </Field>
        {proof.isError && <Refusal title="Not done" error={proof.error} />}
      </form>
    </Dialog>
  );
}

function ByLink() {
  return (
    <Dialog
      title="Sign in once more"
      onClose={cancel}
      actions={
        <>
          <Button onClick={cancel} autoFocus>
            Cancel
          </Button>
          <Button
            tone="primary"
            onClick={() => {
              settleProof(true);
            }}
          >
            Try again
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-2">
        <p>
          This takes somebody who has signed in within the last minutes, and you have no password yet. Make a link on
          the server's machine, and sign in by it in another tab of this browser:
        </p>
        <Command>instacrm link</Command>
        <ProviderButtons verb="Or go by" refused="Not shown" errand={{ kind: "proof" }} />
      </div>
    </Dialog>
  );
}

/** Asks who somebody is, once more, while a change of theirs waits for it. */
export default function ProveDialog() {
  const sessions = useQuery(sessionsQuery);
  if (sessions.isPending) return null;
  return sessions.data?.has_password === false ? <ByLink /> : <ByPassword />;
}
