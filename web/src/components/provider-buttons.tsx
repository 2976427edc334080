import { useQuery } from "@tanstack/react-query";

import { type Errand, providersQuery, useSetOut } from "@/lib/providers";

import { Button } from "./ui/button";
import { Refusal } from "./ui/refusal";

interface ProviderButtonsProps {
  /** What a button says before the provider's name: "Sign in with". */
  verb: string;
  /** "Not signed in". */
  refused: string;
  errand: Errand;
}

/** A button for each provider that is set up; nothing where there is none, or where the server does not tell. */
export function ProviderButtons({ verb, refused, errand }: ProviderButtonsProps) {
  const providers = useQuery(providersQuery);
  const setOut = useSetOut();
  if (providers.data === undefined || providers.data.items.length === 0) return null;
  return (
    <div className="flex flex-col gap-2">
      {providers.data.items.map(({ provider_name: provider, title }) => (
        <Button
          key={provider}
          busy={setOut.isPending && setOut.variables.provider === provider}
          onClick={() => {
            setOut.mutate({ provider, errand });
          }}
        >
          {verb} {title}
        </Button>
      ))}
      {setOut.isError && <Refusal title={refused} error={setOut.error} />}
    </div>
  );
}
