// UUIDv7 (RFC 9562): 48 bits of time, then random. In one process later ids sort after earlier ones.

const randomBytes = 10;
const textPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A maker of ids on the given clock and source of randomness, which fills the array that it is given. */
export function uuidV7Maker(now: () => number, fill: (bytes: Uint8Array<ArrayBuffer>) => void): () => string {
  let last = 0;
  return () => {
    // Two ids of one millisecond, or a clock set back: the time of the id runs ahead, so that order is kept.
    last = Math.max(now(), last + 1);
    const bytes = new Uint8Array(16);
    const random = new Uint8Array(randomBytes);
    fill(random);
    bytes.set(random, 6);
    let time = last;
    for (let i = 5; i >= 0; i--) {
      bytes[i] = time % 256;
      time = Math.floor(time / 256);
    }
    bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
    bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };
}

export function isUuidV7(text: string): boolean {
  return textPattern.test(text);
}
