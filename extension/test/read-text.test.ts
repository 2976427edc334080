// @vitest-environment jsdom

import { describe, expect, test } from "vitest";

import { readText } from "../src/page-model/read-text";

function textOf(markup: string): string {
  const root = document.createElement("div");
  root.innerHTML = markup;
  return readText(root);
}

describe("the text of an element", () => {
  const cases: readonly (readonly [name: string, markup: string, text: string])[] = [
    ["plain", "Hello", "Hello"],
    ["with entities as the characters they stand for", "&lt;b&gt; &amp;amp; &quot;q&quot; 'a'", `<b> &amp; "q" 'a'`],
    ["with its spaces and line feeds as they are", "  a  b\n c ", "  a  b\n c "],
    ["with an emoji that is a picture", 'Pizza <img alt="🍕"> at <b>8</b>', "Pizza 🍕 at 8"],
    ["with a joined and a skin-toned emoji", '<img alt="👩‍🍳"><img alt="👍🏽">', "👩‍🍳👍🏽"],
    ["with a flag and a keycap", '<img alt="🇵🇹"><img alt="1️⃣">', "🇵🇹1️⃣"],
    ["without a picture that is no emoji", 'See <img alt="Photo of a pizza">', "See "],
    ["with a line per <br>", "a<br>b<br><br>c", "a\nb\n\nc"],
    ["with a line per block", "<div>a</div><div>b</div>", "a\nb"],
    ["with an empty block as an empty line", "<div>a</div><div><br></div><div>b</div>", "a\n\nb"],
    ["with a block's last <br> as nothing", "<div>a<br></div><div>b</div>", "a\nb"],
    ["with text before and after a block", "a<div>b</div>c", "a\nb\nc"],
    ["with blocks within blocks as one line each", "<div><div>a</div></div><div><p>b</p></div>", "a\nb"],
    ["empty for an editor that is kept open", "<p><br></p>", ""],
    ["without comments", "a<!-- b -->c", "ac"],
  ];
  for (const [name, markup, text] of cases) {
    test(`is read ${name}`, () => {
      expect(textOf(markup)).toBe(text);
    });
  }

  test("is read whole at 10,000 characters and a depth of 500 elements", () => {
    const long = "The quick brown fox. ".repeat(477).slice(0, 10_000);
    expect(textOf("<span>".repeat(500) + long)).toBe(long);
  });

  test("leaves out the parts that are excepted", () => {
    const root = document.createElement("div");
    root.innerHTML = "Message<time>14:02</time>";
    expect(readText(root, "time")).toBe("Message");
  });
});
