import { expect, it } from "vitest";

import { Problem } from "./problem";
import { isProofAsked, settleProof, withProof } from "./proof";

const refusal = new Problem("sign_in_again", "Show once more who you are", 403);

/** A change that the server refuses until somebody has shown who they are. */
function makeChange() {
  const server = { isProven: false, asked: 0 };
  const change = (): Promise<string> => {
    server.asked += 1;
    return server.isProven ? Promise.resolve("done") : Promise.reject(refusal);
  };
  return { server, change };
}

const turn = () => new Promise((resolve) => setTimeout(resolve));

it("asks for a proof and tries once more", async () => {
  const { server, change } = makeChange();
  const result = withProof(change);
  await turn();
  expect(isProofAsked()).toBe(true);
  server.isProven = true;
  settleProof(true);
  expect(await result).toBe("done");
  expect(server.asked).toBe(2);
  expect(isProofAsked()).toBe(false);
});

it("leaves the refusal where no proof is given", async () => {
  const { server, change } = makeChange();
  const result = withProof(change);
  await turn();
  settleProof(false);
  await expect(result).rejects.toBe(refusal);
  expect(server.asked).toBe(1);
});

it("does not ask a third time when the server is not convinced", async () => {
  const { server, change } = makeChange();
  const result = withProof(change);
  await turn();
  settleProof(true);
  await expect(result).rejects.toBe(refusal);
  expect(server.asked).toBe(2);
  expect(isProofAsked()).toBe(false);
});

it("asks nobody where the fault is another one", async () => {
  const fault = new Problem("forbidden", "This is not allowed", 403);
  await expect(withProof(() => Promise.reject(fault))).rejects.toBe(fault);
  expect(isProofAsked()).toBe(false);
});
