import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useCallback, useEffect, useRef } from "react";

import { Command } from "@/components/command";
import { Gate } from "@/components/gate";
import { ProviderButtons } from "@/components/provider-buttons";
import { ProviderRefusal } from "@/components/provider-refusal";
import { Button } from "@/components/ui/button";
import { Refusal } from "@/components/ui/refusal";
import { isTransient } from "@/lib/problem";
import { takeReturn } from "@/lib/session";
import { useLink } from "@/lib/use-link";

import { useIsSignedIn, useSignInByLink } from "./api";
import { PasswordForm } from "./components/password-form";

const route = getRouteApi("/sign-in");

function HowToGetALink() {
  return (
    <div className="flex flex-col gap-2 text-body text-fg-2">
      <p>On the server's machine, in the folder of the project:</p>
      <Command>make link</Command>
      <p>or, where it is installed:</p>
      <Command>instacrm link</Command>
      <p>Open the link that it prints in this browser. It works once, for a day.</p>
    </div>
  );
}

function ByLink({ link, onSignedIn }: { link: string; onSignedIn: () => void }) {
  const signIn = useSignInByLink(link);
  const isOver = signIn.isError && !isTransient(signIn.error);
  return (
    <div className="mt-2 flex flex-col gap-5">
      {signIn.isError ? (
        <Refusal title="Not signed in" error={signIn.error} />
      ) : (
        <p className="text-body text-fg-2">Your one-time link is ready.</p>
      )}
      {isOver ? (
        <HowToGetALink />
      ) : (
        <Button
          tone="primary"
          autoFocus
          busy={signIn.isPending}
          onClick={() => {
            signIn.mutate(undefined, { onSuccess: onSignedIn });
          }}
        >
          {signIn.isError ? "Try again" : "Sign in"}
        </Button>
      )}
    </div>
  );
}

function WithoutLink({ onSignedIn }: { onSignedIn: () => void }) {
  const { provider } = route.useSearch();
  const isSignedIn = useIsSignedIn();
  useEffect(() => {
    if (isSignedIn) onSignedIn();
  }, [isSignedIn, onSignedIn]);
  return (
    <div className="mt-5 flex flex-col gap-5">
      <ProviderRefusal
        provider={provider}
        title="Not signed in"
        refused="The provider's answer did not open this team. Who is not in it yet needs an invitation."
      />
      <PasswordForm onSignedIn={onSignedIn} />
      <ProviderButtons verb="Sign in with" refused="Not signed in" errand={{ kind: "sign-in" }} />
      <details className="border-t border-line pt-3">
        <summary className="font-medium text-fg-2">No password, or forgotten?</summary>
        <div className="mt-2 flex flex-col gap-3">
          <p className="text-body text-fg-2">
            An owner or an admin of your team gives you a link to set a new one. Who runs the server makes a link that
            signs in:
          </p>
          <HowToGetALink />
        </div>
      </details>
    </div>
  );
}

export default function SignInPage() {
  const router = useRouter();
  const link = useLink("/sign-in");
  // The form and the session's query both tell of it; the place to return to is told once.
  const isGone = useRef(false);
  const goOn = useCallback(() => {
    if (isGone.current) return;
    isGone.current = true;
    router.history.replace(takeReturn());
  }, [router]);
  return (
    <Gate title="Sign in">
      {link === "" ? <WithoutLink onSignedIn={goOn} /> : <ByLink key={link} link={link} onSignedIn={goOn} />}
    </Gate>
  );
}
