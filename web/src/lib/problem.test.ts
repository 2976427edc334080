import { describe, expect, it } from "vitest";

import { asProblem, isSignedOut, isTransient, Problem, problemFrom, reasonOf, remedyOf, unreachable } from "./problem";

const body = { type: "about:blank", title: "The name is taken", status: 409, code: "name_taken", request_id: "r1" };

describe("problemFrom", () => {
  it("reads the server's problem", () => {
    const problem = problemFrom(409, { ...body, detail: "Choose another one.", field: "/opr_name" });
    expect(problem).toMatchObject({
      code: "name_taken",
      status: 409,
      field: "opr_name",
      requestId: "r1",
      message: body.title,
    });
    expect(remedyOf(problem)).toBe("Choose another one.");
  });

  it("does not take a stranger's answer for the server's", () => {
    for (const strange of [undefined, null, "<html>", [], {}, { code: "made_up" }, { code: 7 }]) {
      expect(problemFrom(502, strange)).toMatchObject({ code: "unreadable", status: 502 });
    }
  });

  it("has a remedy of its own where the server gives no detail", () => {
    expect(remedyOf(problemFrom(503, { ...body, code: "busy" }))).toBe("Try again in a moment.");
    expect(remedyOf(unreachable())).toMatch(/server runs/u);
  });
});

it("ends a sentence", () => {
  expect(`Not paired: ${reasonOf(unreachable())}`).toBe("Not paired: the server does not answer");
});

describe("what follows from a problem", () => {
  it("is another try only where one may help", () => {
    expect(isTransient(unreachable())).toBe(true);
    expect(isTransient(problemFrom(503, { ...body, code: "unavailable" }))).toBe(true);
    expect(isTransient(problemFrom(409, body))).toBe(false);
    expect(isTransient(new TypeError("ours"))).toBe(false);
  });

  it("is signing in only where nobody is signed in, not where a link is bad", () => {
    expect(isSignedOut(problemFrom(401, { ...body, code: "unauthenticated" }))).toBe(true);
    expect(isSignedOut(problemFrom(401, { ...body, code: "invalid_link" }))).toBe(false);
  });

  it("is told once where the server's detail says no more than its title", () => {
    const wrong = { ...body, code: "wrong_password", title: "It is wrong" };
    expect(remedyOf(problemFrom(401, { ...wrong, detail: "It is wrong." }))).toContain("Type it once more");
    expect(remedyOf(problemFrom(401, { ...wrong, detail: "It was changed today." }))).toBe("It was changed today.");
  });

  it("hides the insides of our own faults", () => {
    expect(asProblem(new TypeError("x is not a function"))).toMatchObject({ code: "internal" });
    const problem = new Problem("busy", "Busy");
    expect(asProblem(problem)).toBe(problem);
  });
});
