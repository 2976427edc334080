import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";

/** Tells a screen reader which page it is on after a step within the app, and puts the focus at its beginning. */
export function RouteAnnouncer() {
  const router = useRouter();
  const [title, setTitle] = useState("");
  useEffect(
    () =>
      router.subscribe("onRendered", ({ fromLocation, pathChanged }) => {
        if (!fromLocation || !pathChanged) return;
        setTitle(document.title);
        const content = document.getElementById("content");
        if (content && !content.contains(document.activeElement)) content.focus({ preventScroll: true });
      }),
    [router],
  );
  return (
    <p role="status" className="sr-only">
      {title}
    </p>
  );
}
