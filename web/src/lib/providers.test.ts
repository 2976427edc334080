import { expect, it } from "vitest";

import { isWebAddress } from "./providers";

it("sets out to addresses of the web only", () => {
  expect(isWebAddress("https://accounts.google.com/o/oauth2/v2/auth?state=x")).toBe(true);
  expect(isWebAddress("http://127.0.0.1:4000/auth")).toBe(true);
  for (const address of ["javascript:alert(1)", "data:text/html,x", "/sign-in", ""]) {
    expect(isWebAddress(address)).toBe(false);
  }
});
