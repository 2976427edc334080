// Tries wrong passwords: `node attacker.mjs PORT COUNT PER_SECOND FROM`. Prints how often each status was answered, and how fast it
// really was, as JSON.
//
// A program of its own, so that what it costs is not measured with what it disturbs.

import { Agent, request } from "node:http";

const [port, count, perSecond] = process.argv.slice(2, 5).map(Number);
const from = process.argv[5];
const connections = 16;
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const statuses = {};
const began = Date.now();
let sent = 0;

function signIn(number) {
  const body = JSON.stringify({ account: `somebody${number % 50}@example.com`, password: `wrong password ${number}` });
  const headers = {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    Origin: `http://127.0.0.1:${port}`,
    "X-InstaCRM": "1",
  };
  return new Promise((resolve) => {
    const options = { host: "127.0.0.1", port, localAddress: from, path: "/api/v1/session", method: "POST", agent };
    const asked = request({ ...options, headers }, (response) => {
      statuses[response.statusCode] = (statuses[response.statusCode] ?? 0) + 1;
      response.resume().on("end", resolve);
    });
    asked.on("error", () => {
      statuses.broken = (statuses.broken ?? 0) + 1;
      resolve();
    });
    asked.end(body);
  });
}

async function goOn() {
  while (sent < count) {
    const number = sent++;
    const wait = began + (number * 1000) / perSecond - Date.now();
    if (wait > 0) await new Promise((wake) => setTimeout(wake, wait));
    await signIn(number);
  }
}

await Promise.all(Array.from({ length: connections }, goOn));
const perSecondReached = Math.round((count * 1000) / (Date.now() - began));
process.stdout.write(`${JSON.stringify({ ...statuses, perSecondReached })}\n`);
process.exit(0);
