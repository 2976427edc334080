import { Link } from "@tanstack/react-router";

import { buttonClass } from "@/components/ui/button";

import { Gate } from "./gate";

export function NotFound() {
  return (
    <Gate title="There is no such page">
      <p className="mt-2 mb-5 text-body text-fg-2">The address is misspelt, or the page has moved.</p>
      <Link to="/" className={buttonClass({ tone: "primary" })}>
        Open the home page
      </Link>
    </Gate>
  );
}
