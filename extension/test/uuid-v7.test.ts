import { expect, test } from "vitest";

import { isUuidV7, uuidV7Maker } from "../src/messages/uuid-v7";

const fillWith =
  (value: number) =>
  (bytes: Uint8Array): void => {
    bytes.fill(value);
  };

test("an id is the time, the version, the variant and the random bits, as RFC 9562 lays them out", () => {
  // The time is that of the RFC's own example.
  expect(uuidV7Maker(() => 0x017f22e279b0, fillWith(0xff))()).toBe("017f22e2-79b0-7fff-bfff-ffffffffffff");
  expect(uuidV7Maker(() => 0x017f22e279b0, fillWith(0))()).toBe("017f22e2-79b0-7000-8000-000000000000");
});

test("ids sort in the order they were made, within a millisecond and when the clock is set back", () => {
  const times = [1000, 1000, 1000, 999, 5, 1002, 2000];
  const make = uuidV7Maker(
    () => times.shift() ?? 0,
    (bytes) => crypto.getRandomValues(bytes),
  );
  const ids = Array.from({ length: 7 }, make);
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(7);
});

test("ten thousand ids are different and valid", () => {
  const make = uuidV7Maker(Date.now, (bytes) => crypto.getRandomValues(bytes));
  const ids = new Set(Array.from({ length: 10_000 }, make));
  expect(ids.size).toBe(10_000);
  expect([...ids].every(isUuidV7)).toBe(true);
});

test("what is not a UUIDv7 in lower case is none", () => {
  expect(isUuidV7("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")).toBe(true);
  for (const wrong of [
    "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
    "017f22e2-79b0-4cc3-98c4-dc0c0c07398f",
    "017f22e2-79b0-7cc3-c8c4-dc0c0c07398f",
    "017f22e279b07cc398c4dc0c0c07398f",
    "",
  ]) {
    expect(isUuidV7(wrong)).toBe(false);
  }
});
