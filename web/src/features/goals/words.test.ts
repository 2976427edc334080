import { expect, test } from "vitest";

import type { AgreedRule } from "@/lib/wire";

import { clockOf, durationOf, leftUntil, sayGoal, sayPace, sayProposal, sayRule } from "./words";

const rule: AgreedRule = {
  rule_id: "RUL-00000000",
  type: "Frequency Cap",
  metric: "Total Messages Sent",
  limit_value: 40,
  time_window_sec: 86_400,
  severity: "Soft Warning",
  status: "Active",
  suggested_by: "OPR-00000000",
  created_at: 1,
};

const goal = {
  goal_id: "GOL-00000000",
  metric: "Bookings Made",
  target_value: 1,
  frequency: "Monthly",
  status: "Active",
  suggested_by: "OPR-00000000",
  created_at: 1,
  start_date: 1,
} as const;

test("a duration is said in the largest unit that says it whole, and a day as hours", () => {
  expect(durationOf(45)).toBe("45 s");
  expect(durationOf(90)).toBe("90 s");
  expect(durationOf(600)).toBe("10 min");
  expect(durationOf(3600)).toBe("1 h");
  expect(durationOf(86_400)).toBe("24 h");
  expect(durationOf(7_776_000)).toBe("90 d");
  expect(durationOf(90_000)).toBe("25 h");
});

test("every type of rule is a sentence", () => {
  expect(sayRule(rule)).toBe("At most 40 messages in 24 h");
  expect(sayRule({ ...rule, metric: "Replies Received", limit_value: 1 })).toBe("At most 1 reply in 24 h");
  expect(sayRule({ ...rule, type: "Interval Spacing", time_window_sec: 600 })).toBe("10 min between messages");
  expect(sayRule({ ...rule, type: "Target Spacing", time_window_sec: 604_800 })).toBe(
    "7 d before the same target again",
  );
  expect(sayRule({ ...rule, type: "Await Reply", limit_value: 1 })).toBe("At most 1 message in 24 h without a reply");
  expect(sayRule({ ...rule, type: "Other Actor" })).toBe("24 h before another account writes to a target");
  expect(sayRule({ ...rule, type: "Repeated Text", limit_value: 3 })).toBe("The same text at most 3 times in 24 h");
  const quiet = { ...rule, type: "Quiet Hours", quiet_from_minute: 1320, quiet_to_minute: 425 } as const;
  expect(sayRule(quiet)).toBe("No messages from 22:00 to 07:05");
  expect(sayRule({ ...quiet, quiet_zone: "Europe/Lisbon" })).toBe("No messages from 22:00 to 07:05, Europe/Lisbon");
  expect(clockOf(0)).toBe("00:00");
});

test("a goal and what is proposed of it", () => {
  expect(sayGoal(goal)).toBe("1 booking a month");
  expect(sayProposal({ goal, purpose: "archive" })).toBe("Archive: 1 booking a month");
  expect(sayProposal({ rule, purpose: "adopt" })).toBe("At most 40 messages in 24 h");
});

test("what is left until a deadline", () => {
  expect(leftUntil(2 * 86_400_000 + 3 * 3_600_000, 0)).toBe("2 d 3 h");
  expect(leftUntil(86_400_000, 0)).toBe("1 d");
  expect(leftUntil(3_660_000, 0)).toBe("1 h 1 min");
  expect(leftUntil(30_000, 0)).toBe("1 min");
  expect(leftUntil(0, 5)).toBe("0 min");
});

test("the pace is judged against an even one", () => {
  expect(sayPace({ value: 12, expected: 10 }, 20)).toEqual({ text: "Ahead by 2", tone: "good" });
  expect(sayPace({ value: 8, expected: 10 }, 20)).toEqual({ text: "Behind by 2", tone: "warn" });
  expect(sayPace({ value: 10, expected: 10 }, 20)).toEqual({ text: "On pace", tone: "even" });
  expect(sayPace({ value: 20, expected: 10 }, 20)).toEqual({ text: "Reached", tone: "good" });
});
