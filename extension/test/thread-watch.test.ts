// The rules of what counts as sent, on facts alone. The browser tests show the same on a page.

import { beforeEach, describe, expect, test } from "vitest";

import { ThreadWatch } from "../src/content/thread-watch";
import type { Row, Sender, Thread } from "../src/page-model/facts";
import { conclude } from "../src/page-model/facts";

let watch: ThreadWatch;
let now: number;
let isAttended: boolean;

beforeEach(() => {
  watch = new ThreadWatch();
  now = 1_000_000;
  isAttended = true;
});

const fact = <T extends string>(value: T | null): ReturnType<typeof conclude<T>> =>
  conclude<T>(value === null ? [] : [{ source: "test", value }]);

function row(sender: Sender | null, ...texts: string[]): Row {
  return { element: {}, sender: fact(sender), texts, hasMedia: texts.length === 0 };
}

const own = (...texts: string[]): Row => row("own", ...texts);
const other = (...texts: string[]): Row => row("other", ...texts);
/** The same rows as new elements. */
const renewed = (rows: readonly Row[]): Row[] => rows.map((each) => ({ ...each, element: {} }));

interface Given {
  readonly id?: string;
  readonly own?: string | null;
  readonly counterpart?: string | null;
  readonly draft?: string | null;
}

function show(rows: readonly Row[], given: Given = {}): (string | null)[] {
  const thread: Thread = {
    threadId: given.id ?? "1",
    own: fact(given.own === undefined ? "us" : given.own),
    counterpart: fact(given.counterpart === undefined ? "them" : given.counterpart),
    hasList: true,
    rows,
    draft: given.draft === undefined ? "" : given.draft,
  };
  return watch.observe(thread, { now, isAttended }).map((sent) => sent.text);
}

const history = [own("a"), other("b"), own("c")];

/** Types a text into the composer of a thread that shows these rows, and empties it. */
function depart(text: string, rows: readonly Row[] = history, given: Given = {}): void {
  expect(show(rows, { ...given, draft: text })).toEqual([]);
  expect(show(rows, given)).toEqual([]);
}

describe("a new own row at the end", () => {
  test("is sent if its text left the composer", () => {
    depart("d");
    expect(show([...history, own("d")])).toEqual(["d"]);
    expect(show([...history, own("d")])).toEqual([]);
  });

  test("is sent if it comes before the composer empties, and then only once", () => {
    show(history, { draft: "d" });
    const rows = [...history, own("d")];
    expect(show(rows, { draft: "d" })).toEqual(["d"]);
    show(rows);
    expect(show([...rows, own("d")])).toEqual([]);
  });

  test("is sent if it comes, with all others as new elements, before the composer empties", () => {
    show(history, { draft: "d" });
    const rows = renewed([...history, own("d")]);
    expect(show(rows, { draft: "d" })).toEqual([]);
    expect(show(rows)).toEqual(["d"]);
  });

  test("is sent if it is the first of the thread and comes before the composer empties", () => {
    show([], { draft: "first" });
    const rows = [own("first")];
    expect(show(rows, { draft: "first" })).toEqual([]);
    expect(watch.observeDraft("", "1", now)).toBe(false);
    expect(show(rows)).toEqual(["first"]);
  });

  test("is not sent from here if nothing left the composer", () => {
    show(history);
    expect(show([...history, own("d")])).toEqual([]);
    expect(watch.isReadable).toBe(true);
  });

  test("is sent with other white space than what was typed", () => {
    depart("two \n\n lines");
    expect(show([...history, own("two\nlines")])).toEqual(["two\nlines"]);
  });

  test("is sent with another text only a moment after a draft left", () => {
    depart("(c) 2026");
    now += 31_000;
    const rows = [...history, own("© 2026")];
    expect(show(rows)).toEqual([]);
    depart("(c) 2027", rows);
    now += 29_000;
    expect(show([...rows, own("© 2027")])).toEqual(["© 2027"]);
  });

  test("is sent with the one of its texts that left the composer", () => {
    depart("answer");
    expect(show([...history, own("quoted", "answer")])).toEqual(["answer"]);
  });

  test("is unknown if none of its several texts is what left the composer", () => {
    depart("something");
    expect(show([...history, own("quoted", "answer")])).toEqual([]);
    expect(watch.isReadable).toBe(false);
  });

  test("is unknown if there never was a composer", () => {
    show(history, { draft: null });
    expect(show([...history, own("d")], { draft: null })).toEqual([]);
    expect(watch.isReadable).toBe(false);
  });

  test("without text is sent if a person is at this tab", () => {
    show(history);
    const rows = [...history, own()];
    expect(show(rows)).toEqual([null]);
    isAttended = false;
    expect(show([...rows, own()])).toEqual([]);
  });

  test("that says nothing yet is sent when it does", () => {
    depart("d");
    const unfinished: Row = { ...own("d"), texts: [], hasMedia: false };
    expect(show([...history, unfinished])).toEqual([]);
    expect(show([...history, { ...unfinished, texts: ["d"] }])).toEqual(["d"]);
  });
});

describe("a row is not sent", () => {
  test("if its sender is unknown, until it is known", () => {
    depart("d");
    const unknown = row(null, "d");
    expect(show([...history, unknown])).toEqual([]);
    expect(watch.isReadable).toBe(false);
    expect(show([...history, { ...unknown, sender: fact<Sender>("own") }])).toEqual(["d"]);
    expect(watch.isReadable).toBe(true);
  });

  test("if counterpart or own handle is unknown, until they are known", () => {
    depart("d");
    const rows = [...history, own("d")];
    expect(show(rows, { counterpart: null })).toEqual([]);
    expect(watch.isReadable).toBe(false);
    expect(show(rows, { own: null })).toEqual([]);
    expect(show(rows)).toEqual(["d"]);
  });

  test("if it comes above the known rows", () => {
    depart("old");
    expect(show([own("old"), ...history])).toEqual([]);
  });

  test("if it comes between the known rows", () => {
    depart("late");
    const [first, ...rest] = history;
    expect(show([first, own("late"), ...rest].filter((each) => each !== undefined))).toEqual([]);
  });

  test("if it returns as a new element", () => {
    show(history);
    depart("c");
    expect(show(renewed(history))).toEqual([]);
  });

  test("if the draft in the composer reads as it does when the thread opens", () => {
    expect(show(history, { draft: "c" })).toEqual([]);
    expect(show(history)).toEqual([]);
  });

  test("if it leaves the window and returns", () => {
    show(history);
    depart("c");
    expect(show(history.slice(0, 2))).toEqual([]);
    expect(show(renewed(history.slice(0, 2)))).toEqual([]);
    expect(show(renewed(history))).toEqual([]);
  });

  test("if it is an edited one", () => {
    depart("c, edited");
    const edited = history.map((each, i) => (i === 2 ? { ...each, texts: ["c, edited"] } : each));
    expect(show(edited)).toEqual([]);
    expect(show([...edited, own("c, edited")])).toEqual([]);
  });

  test("if it stands in the thread when it opens, whatever left the composer of another", () => {
    depart("c", [other("x")], { id: "2", counterpart: "others" });
    expect(show(history)).toEqual([]);
  });

  test("if the one before it was taken back", () => {
    show(history);
    expect(show(history.slice(0, 2))).toEqual([]);
    expect(show(history)).toEqual([]);
  });
});

describe("identical messages", () => {
  test("are as many as were sent", () => {
    depart("hi");
    depart("hi");
    expect(show([...history, own("hi")])).toEqual(["hi"]);
    expect(show([...history, own("hi"), own("hi")])).toHaveLength(1);
  });

  test("are not more than were sent, if the same account writes the same elsewhere", () => {
    depart("hi");
    const one = [...history, own("hi")];
    expect(show(one)).toEqual(["hi"]);
    expect(show([...one, own("hi")])).toEqual([]);
  });

  test("are told apart when the first becomes a new element", () => {
    depart("hi");
    const one = [...history, own("hi")];
    expect(show(one)).toEqual(["hi"]);
    depart("hi", one);
    const replaced = [...history, own("hi")];
    expect(show(replaced)).toEqual([]);
    expect(show([...replaced, own("hi")])).toEqual(["hi"]);
  });
});

describe("when threads change", () => {
  const there = { id: "2", counterpart: "others" };

  test("rows of the former thread count for it while the address is ahead", () => {
    depart("d");
    const thread = { threadId: "2", own: fact("us"), counterpart: fact("them"), hasList: true, draft: "" };
    const sent = watch.observe({ ...thread, rows: [...history, own("d")] }, { now, isAttended });
    expect(sent).toMatchObject([{ threadId: "1", counterpart: "them", text: "d" }]);
  });

  test("nothing is told while header and rows contradict each other, and what was sent then is told after", () => {
    depart("d");
    expect(show([...history, own("d")], there)).toEqual([]);
    expect(watch.isReadable).toBe(false);
    expect(show([other("x")], there)).toEqual([]);
    expect(watch.isReadable).toBe(true);
    expect(show(renewed([...history, own("d")]))).toEqual(["d"]);
  });

  test("a contradiction that lasts gives way to the address", () => {
    show(history);
    show([other("x")], { id: "2" });
    expect(watch.isReadable).toBe(false);
    now += 1501;
    show([other("x")], { id: "2" });
    expect(watch.isReadable).toBe(true);
  });

  test("a draft that stays behind was not sent", () => {
    show(history, { draft: "half" });
    show([other("x")], there);
    expect(show(renewed([...history, own("half")]))).toEqual([]);
  });

  test("a message whose row came while another thread was open is told on return, once", () => {
    depart("late");
    show([other("x")], there);
    const rows = renewed([...history, own("late")]);
    expect(show(rows)).toEqual(["late"]);
    show([other("x")], there);
    expect(show(renewed(rows))).toEqual([]);
  });

  test("the first message of an empty thread is told", () => {
    depart("first", []);
    expect(show([own("first")])).toEqual(["first"]);
  });
});

describe("a long thread", () => {
  test("is known after 5,000 rows went by, and its window is placed in little time", () => {
    const all = Array.from({ length: 5000 }, (_, i) =>
      i % 3 === 0 ? own(`own ${String(i)}`) : other(`row ${String(i)}`),
    );
    for (let end = 5000; end >= 40; end -= 20) expect(show(renewed(all.slice(end - 40, end)))).toEqual([]);
    depart("new", renewed(all.slice(0, 40)));
    expect(watch.isReadable).toBe(true);
  });
});
