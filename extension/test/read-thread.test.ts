// @vitest-environment jsdom

import { beforeEach, describe, expect, test } from "vitest";

import type { Fact, Row, Thread } from "../src/page-model/facts";
import { parseHandle, parseProfilePath } from "../src/page-model/handle";
import type { ReadSide } from "../src/page-model/read-row";
import { readThread, threadIdOfPath } from "../src/page-model/read-thread";
import { builtInPack } from "../src/page-model/selector-pack";

const path = "/direct/t/1001/";
const unknownSide: ReadSide = () => null;

interface Spoken {
  readonly label?: string;
  readonly sentence?: string;
  readonly body?: string;
}

function row({ label, sentence, body = '<div dir="auto">Hello</div>' }: Spoken): string {
  const heading = sentence === undefined ? "" : `<h5>${sentence}</h5>`;
  const control = label === undefined ? "" : `<div role="button" aria-label="${label}">…</div>`;
  return `<div role="group" tabindex="-1"><div role="article" aria-labelledby="x">${heading}${body}${control}</div></div>`;
}

function page(parts: { own?: string; header?: string; rows?: string; composer?: string } = {}): void {
  const own = parts.own ?? "<h2>studio.north</h2>";
  const header =
    parts.header ?? '<a href="/mono.pizza/" aria-label="Open the profile page of mono.pizza">Mono Pizza</a>';
  document.body.innerHTML = `
    <nav aria-label="Thread list">${own}<a href="/casa/" aria-label="Open the profile page of casa">Casa</a></nav>
    <main><header>${header}</header>
      <div data-pagelet="IGDMessagesList"><div>${parts.rows ?? ""}</div></div>
      ${parts.composer ?? '<div contenteditable="true" role="textbox"><p><br></p></div>'}
    </main>`;
}

function read(side: ReadSide = unknownSide): Thread {
  const thread = readThread(document, path, side, builtInPack);
  if (thread === null) throw new Error("No thread is open.");
  return thread;
}

function onlyRow(side?: ReadSide): Row {
  const [only, ...others] = read(side).rows;
  expect(others).toEqual([]);
  if (only === undefined) throw new Error("There is no row.");
  return only;
}

const valueOf = <T>(fact: Fact<T>): T | string => (fact.known ? fact.value : `unknown: ${fact.why}`);
const senderOf = (spoken: Spoken, side: ReadSide = unknownSide): string => {
  page({ rows: row(spoken) });
  return valueOf(onlyRow(side).sender);
};

beforeEach(() => {
  page();
});

describe("the thread's id", () => {
  const paths: Record<string, string | null> = {
    "/direct/t/1001/": "1001",
    "/direct/t/1001": "1001",
    "/direct/t/17_ab-C/": "17_ab-C",
    "/direct/inbox/": null,
    "/direct/t/": null,
    "/direct/t/1001x/../": "1001x",
    "/direct/t/a.b/": null,
    [`/direct/t/${"1".repeat(65)}/`]: null,
    "/": null,
  };
  for (const [given, id] of Object.entries(paths)) {
    test(`of ${given.slice(0, 30)} is ${String(id)}`, () => {
      expect(threadIdOfPath(given)).toBe(id);
    });
  }

  test("missing means that no thread is open", () => {
    expect(readThread(document, "/direct/inbox/", unknownSide, builtInPack)).toBeNull();
  });
});

describe("handles", () => {
  test("are lower case, without the @, and nothing else", () => {
    expect(parseHandle(" @Mono.Pizza_1 ")).toBe("mono.pizza_1");
    for (const wrong of ["", "mono pizza", "a".repeat(31), "žluť", "mono/pizza"]) expect(parseHandle(wrong)).toBeNull();
  });

  test("are read out of an address of this site only", () => {
    expect(parseProfilePath("/mono.pizza/")).toBe("mono.pizza");
    expect(parseProfilePath("https://www.instagram.com/Mono.Pizza?hl=en")).toBe("mono.pizza");
    for (const wrong of ["/mono.pizza/reels/", "https://evil.example/mono.pizza/", "//evil.example/", "#", ""]) {
      expect(parseProfilePath(wrong)).toBeNull();
    }
  });
});

describe("own handle and counterpart", () => {
  test("are read with their evidence", () => {
    const { own, counterpart } = read();
    expect(valueOf(own)).toBe("studio.north");
    expect(valueOf(counterpart)).toBe("mono.pizza");
    expect(counterpart.evidence.map((each) => each.value)).toEqual(["mono.pizza", "mono.pizza"]);
  });

  test("are unknown where nothing tells", () => {
    page({ own: "", header: "Mono Pizza" });
    expect(valueOf(read().own)).toBe("unknown: missing");
    expect(valueOf(read().counterpart)).toBe("unknown: missing");
  });

  test("are unknown where two signals disagree", () => {
    page({
      own: "<h2>studio.north</h2><h2>studio.south</h2>",
      header: '<a href="/somebody.else/" aria-label="Open the profile page of mono.pizza">Mono</a>',
    });
    expect(valueOf(read().own)).toBe("unknown: contradiction");
    expect(valueOf(read().counterpart)).toBe("unknown: contradiction");
  });

  test("are unknown in a group, whose header names several", () => {
    const link = (handle: string): string =>
      `<a href="/${handle}/" aria-label="Open the profile page of ${handle}">x</a>`;
    page({ header: link("mono.pizza") + link("casa") });
    expect(valueOf(read().counterpart)).toBe("unknown: contradiction");
  });

  test("are read with labels of another language", () => {
    page({ header: '<a href="/mono.pizza/" aria-label="Profilseite von mono.pizza">Mono Pizza</a>' });
    expect(valueOf(read().counterpart)).toBe("mono.pizza");
  });
});

describe("a row's sender", () => {
  const start: ReadSide = () => "start";
  const end: ReadSide = () => "end";
  const more = "See more options for message from ";

  test("is read from the label, by handle and by name", () => {
    expect(senderOf({ label: `${more}studio.north` })).toBe("own");
    expect(senderOf({ label: `${more}mono.pizza` })).toBe("other");
    expect(senderOf({ label: `${more}Mono Pizza` })).toBe("other");
  });

  test("is read from what a screen reader is told", () => {
    expect(senderOf({ sentence: "You sent" })).toBe("own");
    expect(senderOf({ sentence: "Du hast gesendet" })).toBe("own");
  });

  test("is read from the side", () => {
    expect(senderOf({}, end)).toBe("own");
    expect(senderOf({}, start)).toBe("other");
  });

  test("is unknown where nothing tells", () => {
    expect(senderOf({})).toBe("unknown: missing");
    expect(senderOf({ label: `${more}Somebody` })).toBe("unknown: missing");
  });

  test("is unknown where any two signals disagree", () => {
    expect(senderOf({ sentence: "You sent" }, start)).toBe("unknown: contradiction");
    expect(senderOf({ label: `${more}mono.pizza` }, end)).toBe("unknown: contradiction");
    expect(senderOf({ label: `${more}mono.pizza`, sentence: "You sent" })).toBe("unknown: contradiction");
  });

  test("is not taken from the message's own words", () => {
    expect(senderOf({ body: '<div dir="auto">You sent</div>' }, start)).toBe("other");
  });
});

describe("a row's text", () => {
  const textsOf = (body: string): readonly string[] => {
    page({ rows: row({ body, sentence: "You sent" }) });
    return onlyRow().texts;
  };

  test("is the marked part, without names, times and controls", () => {
    expect(textsOf('<h5>Mono</h5><div dir="auto">Hello<time>14:02</time></div><button>React</button>')).toEqual([
      "Hello",
    ]);
  });

  test("is the article's own where no part is marked", () => {
    expect(textsOf("Hello <time>14:02</time>")).toEqual(["Hello "]);
  });

  test("is not read twice where a marked part holds another", () => {
    expect(textsOf('<div dir="auto">Hello <span dir="auto">there</span></div>')).toEqual(["Hello there"]);
  });

  test("is several where it cannot be said which is the message", () => {
    expect(textsOf('<div dir="auto">Quoted</div><div dir="auto">Answer</div>')).toEqual(["Quoted", "Answer"]);
  });

  test("is none of a picture, which is media", () => {
    page({ rows: row({ body: '<div><img alt="Photo"></div>', sentence: "You sent" }) });
    expect(onlyRow()).toMatchObject({ texts: [], hasMedia: true });
  });

  test("with an emoji as a picture is not media", () => {
    page({ rows: row({ body: '<div dir="auto"><img alt="🍕"></div>', sentence: "You sent" }) });
    expect(onlyRow()).toMatchObject({ texts: ["🍕"], hasMedia: false });
  });
});

describe("the rows", () => {
  const numbered = [1, 2, 3].map((i) => row({ body: `<div dir="auto">${String(i)}</div>` })).join("");
  const order = (): string[] => read().rows.map((each) => each.texts.join());

  test("come oldest first", () => {
    page({ rows: numbered });
    expect(order()).toEqual(["1", "2", "3"]);
  });

  test("come oldest first where their column is reversed", () => {
    page({ rows: numbered });
    document.querySelector<HTMLElement>("[data-pagelet] > div")?.style.setProperty("flex-direction", "column-reverse");
    expect(order()).toEqual(["3", "2", "1"]);
  });

  test("are found by the list's label where the pagelet has another name", () => {
    page({ rows: numbered });
    const list = document.querySelector("[data-pagelet]");
    list?.setAttribute("data-pagelet", "Other");
    expect(read()).toMatchObject({ hasList: false, rows: [] });
    list?.setAttribute("aria-label", "Messages in conversation with Mono Pizza");
    expect(order()).toEqual(["1", "2", "3"]);
  });

  test("are not groups without an article", () => {
    page({ rows: '<div role="group" tabindex="-1">Yesterday</div>' });
    expect(read().rows).toEqual([]);
  });
});

describe("the draft", () => {
  test("is empty for an empty editor, and null without one", () => {
    expect(read().draft).toBe("");
    page({ composer: "You can't reply." });
    expect(read().draft).toBeNull();
  });

  test("has its lines", () => {
    page({ composer: '<div contenteditable="true" role="textbox"><p>One</p><p><br></p><p>Two</p></div>' });
    expect(read().draft).toBe("One\n\nTwo");
  });
});
