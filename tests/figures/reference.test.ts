// Every figure of the sample that `instacrm demo` makes, against the slow computation. CI has a smaller one of the same kind;
// FIGURES_REFERENCE="--targets 200000 --events 1150000" or other flags of demo ask for another, several parted by a semicolon.

import { expect, test } from "vitest";

import { compare } from "./compare.ts";
import { openSample } from "./world.ts";

const small = "--operators 8 --actors 24 --targets 1200 --events 6900";
const asked = process.env["FIGURES_REFERENCE"] ?? `${small} --days 365; ${small} --days 45 --seed 2`;
const deadlineMs = 3_600_000;

test.each(asked.split(";").map((flags) => flags.trim().split(/\s+/u)))(
  "the sample of %s %s %s %s and so on",
  async (...flags) => {
    const world = await openSample(...flags);
    try {
      const { differences, naive } = await compare(world);
      expect(differences).toEqual([]);
      expect(naive.raw.messages.length).toBeGreaterThan(1000);
      expect(naive.reaches().length).toBeGreaterThan(1000);
    } finally {
      await world.end();
    }
  },
  deadlineMs,
);
