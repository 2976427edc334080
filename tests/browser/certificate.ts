// A certificate for a day, signed by itself, for a server that a test's browser opens by a name.

import { execFile } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** For Chromium's --ignore-certificate-errors-spki-list. */
  readonly spki: string;
}

export async function makeCertificate(name: string): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), "instacrm-certificate-"));
  try {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    await promisify(execFile)("openssl", [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
      "-days", "1", "-subj", `/CN=${name}`, "-keyout", key, "-out", cert,
    ]); // prettier-ignore
    const certText = await readFile(cert, "utf8");
    const publicKey = new X509Certificate(certText).publicKey.export({ type: "spki", format: "der" });
    const spki = createHash("sha256").update(publicKey).digest("base64");
    return { key: await readFile(key, "utf8"), cert: certText, spki };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
