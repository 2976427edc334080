// Binds the live stream to the signed-in page: it starts behind the home page's data and ends with the shell.

import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from "react";

import { applyChange, homeQuery, reloadFeed } from "./feed";
import { LiveFeed, type LiveState } from "./live";
import { sessionQuery } from "./session";

/** The stream needs a cursor to begin with: without the home page's data, that is asked for again. */
const RETRY_MS = 5_000;

const LiveContext = createContext<LiveFeed | undefined>(undefined);
export const LiveProvider = LiveContext.Provider;

function createFeed(client: QueryClient): LiveFeed {
  return new LiveFeed({
    onChange: (change, cursor) => {
      applyChange(client, change, cursor);
    },
    onReset: () => void reloadFeed(client),
    // An ended session fails this query, and that leads to the sign-in page.
    onDoubt: () => void client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  });
}

export function useLiveFeed(): LiveFeed {
  const client = useQueryClient();
  const [feed] = useState(() => createFeed(client));
  const { data: home } = useQuery({
    ...homeQuery,
    refetchInterval: ({ state }) => (state.status === "error" ? RETRY_MS : false),
  });
  const isReady = home !== undefined;
  useEffect(() => {
    const cursor = client.getQueryData(homeQuery.queryKey)?.cursor;
    if (!isReady || cursor === undefined) return;
    feed.start(cursor);
    return () => {
      feed.stop();
    };
  }, [client, feed, isReady]);
  useEffect(() => {
    addEventListener("online", feed.reconnect);
    addEventListener("offline", feed.reconnect);
    return () => {
      removeEventListener("online", feed.reconnect);
      removeEventListener("offline", feed.reconnect);
    };
  }, [feed]);
  return feed;
}

export function useLiveState(): LiveState {
  const feed = useContext(LiveContext);
  if (!feed) throw new Error("useLiveState stands outside the shell");
  return useSyncExternalStore(feed.subscribe, feed.getState);
}
