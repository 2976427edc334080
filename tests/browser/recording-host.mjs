// A native host for tests only: it speaks the contract's frames on stdin and stdout, writes down what arrives, and
// behaves as the file of instructions says, which it reads again for each message. Arguments: record, instructions.

import { appendFileSync, readFileSync, watch, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";

const [recordPath, instructionsPath] = process.argv.slice(2);
const read = () => JSON.parse(readFileSync(instructionsPath, "utf8"));
const note = (entry) => appendFileSync(recordPath, `${JSON.stringify({ pid: process.pid, ...entry })}\n`);

function answer(message) {
  const body = Buffer.from(JSON.stringify(message));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  process.stdout.write(Buffer.concat([length, body]));
}

const answerStatus = () => answer({ type: "status", protocol: 1, agent_version: "0.1.0", ...read().status });

function receive(message) {
  const { dieBeforeAck, refuse } = read();
  note({ message });
  if (message.type !== "capture") {
    answerStatus();
  } else if (dieBeforeAck > 0) {
    writeFileSync(instructionsPath, JSON.stringify({ ...read(), dieBeforeAck: dieBeforeAck - 1 }));
    process.kill(process.pid, "SIGKILL");
  } else if (refuse) {
    answer({ type: "error", code: refuse, detail: "As told.", op_id: message.operation.op_id });
  } else {
    answer({ type: "ack", op_id: message.operation.op_id, outcome: "stored" });
  }
}

let received = Buffer.alloc(0);
process.stdin.on("data", (data) => {
  received = Buffer.concat([received, data]);
  while (received.length >= 4 && received.length >= 4 + received.readUInt32LE()) {
    const end = 4 + received.readUInt32LE();
    const message = JSON.parse(received.toString("utf8", 4, end));
    received = received.subarray(end);
    receive(message);
  }
});
process.stdin.on("end", () => process.exit(0));
note({ started: process.argv.slice(4) });
watch(dirname(instructionsPath), (_event, name) => {
  if (name === basename(instructionsPath)) answerStatus();
});
