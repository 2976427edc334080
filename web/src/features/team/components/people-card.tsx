import { useInfiniteQuery } from "@tanstack/react-query";
import { Users } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Input } from "@/components/ui/field";
import { ProblemState } from "@/components/ui/problem-state";
import { Bar, Loading } from "@/components/ui/skeleton";
import { plural } from "@/lib/number";
import { peopleQuery } from "@/lib/people";
import { useSettled } from "@/lib/use-settled";

import { PersonRow } from "./person-row";

function PeopleSkeleton() {
  return (
    <Loading label="Loading the team">
      {["w-28", "w-36", "w-24"].map((width) => (
        <div key={width} className="flex min-h-[52px] items-center gap-3 border-line px-4 not-first:border-t">
          <Bar className="size-7 rounded-full" />
          <Bar className={width} />
        </div>
      ))}
    </Loading>
  );
}

function PeopleList({ search }: { search: string }) {
  const people = useInfiniteQuery(peopleQuery(search));
  if (people.data === undefined) {
    return people.isError ? (
      <ProblemState
        title="The team was not loaded"
        error={people.error}
        isRetrying={people.isFetching}
        onRetry={() => void people.refetch()}
      />
    ) : (
      <PeopleSkeleton />
    );
  }
  const shown = people.data.pages.flatMap((page) => page.items);
  return (
    <>
      <p role="status" className="sr-only">
        {plural(shown.length, "person", "people")} shown
      </p>
      {shown.length === 0 ? (
        <EmptyState icon={Users} title="Nobody has such a name" />
      ) : (
        <ul aria-label="People">
          {shown.map((person) => (
            <PersonRow key={person.opr_id} person={person} />
          ))}
        </ul>
      )}
      {people.hasNextPage && (
        <div className="border-t border-line p-3 text-center">
          <Button size="small" busy={people.isFetchingNextPage} onClick={() => void people.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </>
  );
}

/** Who is in the team, and what may be done about it. */
export function PeopleCard() {
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim());
  return (
    <Card
      title="People"
      actions={
        <Input
          type="search"
          aria-label="Search people"
          placeholder="Search"
          maxLength={100}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
          }}
          className="max-w-48"
        />
      }
    >
      <div className="mt-2 border-t border-line">
        <PeopleList search={search} />
      </div>
    </Card>
  );
}
