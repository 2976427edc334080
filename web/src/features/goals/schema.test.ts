import { expect, test } from "vitest";

import { goalOf, type ProposalForm, proposalForm, ruleOf } from "./schema";

const form: ProposalForm = {
  kind: "rule",
  type: "Frequency Cap",
  metric: "Total Messages Sent",
  limit: "40",
  window: "1",
  unit: "days",
  from: "22:00",
  to: "07:00",
  frequency: "Daily",
  target: "20",
  whose: "team",
  reason: "",
};

const faults = (more: Partial<ProposalForm>): string[] => {
  const parsed = proposalForm.safeParse({ ...form, ...more });
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join("."));
};

test("a cap has a metric, a limit and a window", () => {
  expect(ruleOf(form, "OPR-1")).toEqual({
    type: "Frequency Cap",
    metric: "Total Messages Sent",
    limit_value: 40,
    time_window_sec: 86_400,
    severity: "Soft Warning",
  });
});

test("what a type does not have is left at its least", () => {
  const spacing = ruleOf({ ...form, type: "Target Spacing", window: "7" }, "OPR-1");
  expect(spacing).toEqual({
    type: "Target Spacing",
    limit_value: 1,
    time_window_sec: 604_800,
    severity: "Soft Warning",
  });
  expect(ruleOf({ ...form, type: "Quiet Hours", whose: "mine", reason: "Sleep." }, "OPR-1")).toEqual({
    type: "Quiet Hours",
    limit_value: 1,
    time_window_sec: 1,
    severity: "Soft Warning",
    quiet_from_minute: 1320,
    quiet_to_minute: 420,
    assigned_to_opr: "OPR-1",
    reason: "Sleep.",
  });
});

test("a goal is the team's or one's own", () => {
  const goal = { metric: "Total Messages Sent", target_value: 20, frequency: "Daily" };
  expect(goalOf({ ...form, kind: "goal" }, "OPR-1")).toEqual(goal);
  expect(goalOf({ ...form, kind: "goal", whose: "mine" }, "OPR-1")).toEqual({ ...goal, assigned_to_opr: "OPR-1" });
});

test("what the server would refuse is said before it is asked", () => {
  expect(faults({})).toEqual([]);
  expect(faults({ limit: "0" })).toEqual([]);
  expect(faults({ limit: "1001" })).toEqual(["limit"]);
  expect(faults({ limit: "0", type: "Await Reply" })).toEqual(["limit"]);
  expect(faults({ window: "0" })).toEqual(["window"]);
  expect(faults({ window: "367" })).toEqual(["window"]);
  expect(faults({ window: "1.5" })).toEqual(["window"]);
  expect(faults({ type: "Quiet Hours", to: "22:00" })).toEqual(["to"]);
  expect(faults({ type: "Quiet Hours", from: "24:00" })).toEqual(["from"]);
  expect(faults({ kind: "goal", target: "0" })).toEqual(["target"]);
  // Of a goal nobody looks at the rule's fields.
  expect(faults({ kind: "goal", limit: "1001" })).toEqual([]);
});
