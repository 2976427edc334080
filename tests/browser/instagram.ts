// What a person does on the stand-in page, by mouse and keyboard.

import type { Page } from "playwright-core";

const instagram = "https://www.instagram.com";
export const own = "studio.north";

export interface Counterpart {
  readonly threadId: string;
  readonly handle: string;
  readonly name: string;
}

export const mono: Counterpart = { threadId: "1001", handle: "mono.pizza", name: "Mono Pizza" };
export const casa: Counterpart = { threadId: "1002", handle: "casa_da_ribeira", name: "Casa da Ribeira" };
/** A thread without any message. */
export const newLead: Counterpart = { threadId: "1003", handle: "new.lead", name: "New Lead" };

export interface Settings {
  rowDelayMs: number;
  drop: boolean;
  openDelayMs: number;
  emojiPictures: boolean;
  allLabels: boolean;
  ownOnOtherSide: boolean;
}

interface Fixture {
  settings: Settings;
  receive(threadId: string, text: string): void;
  sendElsewhere(threadId: string, text: string): void;
  rerender(): void;
}

declare global {
  interface Window {
    fixture: Fixture;
  }
}

const composer = '[role="textbox"]';
const rows = '[data-pagelet="IGDMessagesList"] [role="article"]';

export class Instagram {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Loads a thread as a new document, with so many old messages; resolves when its newest rows are there. */
  async load(counterpart: Counterpart, history = 30): Promise<void> {
    await this.page.goto(`${instagram}/direct/t/${counterpart.threadId}/?history=${String(history)}`);
    await this.#isOpen(counterpart);
    if (history > 0 && counterpart !== newLead) await this.page.locator(rows).first().waitFor();
  }

  /** Clicks a thread in the list. */
  async choose(counterpart: Counterpart): Promise<void> {
    await this.page.locator("nav").getByText(counterpart.name, { exact: true }).click();
  }

  /** Clicks a thread in the list and waits until its header is there. */
  async open(counterpart: Counterpart): Promise<void> {
    await this.choose(counterpart);
    await this.#isOpen(counterpart);
  }

  async type(text: string): Promise<void> {
    await this.page.locator(composer).click();
    const lines = text.split("\n");
    for (const [i, line] of lines.entries()) {
      if (i > 0) await this.page.keyboard.press("Shift+Enter");
      await this.page.keyboard.insertText(line);
    }
  }

  /** Types a message and presses Enter, and does not wait for anything. */
  async submit(text: string): Promise<void> {
    await this.type(text);
    await this.page.keyboard.press("Enter");
  }

  /** Types a message, presses Enter, and waits until its row is there. */
  async send(text: string): Promise<void> {
    const before = await this.#lastRowId();
    await this.submit(text);
    await this.page.waitForFunction(
      ([selector, id]) => [...document.querySelectorAll(selector)].at(-1)?.getAttribute("aria-labelledby") !== id,
      [rows, before] as const,
    );
  }

  /** Turns the wheel over the thread until a text is in the document. */
  async scrollTo(text: string, direction: "up" | "down"): Promise<void> {
    await this.page.locator(rows).last().hover();
    const row = this.page.locator(rows).getByText(text, { exact: true });
    for (let i = 0; i < 200 && (await row.count()) === 0; i++) {
      await this.page.mouse.wheel(0, direction === "up" ? -300 : 300);
      await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    }
    await row.first().waitFor({ state: "attached" });
  }

  /** Whether a row with this text is in the document. */
  async has(text: string): Promise<boolean> {
    return (await this.page.locator(rows).getByText(text, { exact: true }).count()) > 0;
  }

  async set(settings: Partial<Settings>): Promise<void> {
    await this.page.evaluate((given) => Object.assign(window.fixture.settings, given), settings);
  }

  /** The counterpart writes. */
  async receive(counterpart: Counterpart, text: string): Promise<void> {
    await this.page.evaluate(
      ([id, what]) => {
        window.fixture.receive(id, what);
      },
      [counterpart.threadId, text] as const,
    );
  }

  /** The same account writes from somewhere else. */
  async sendElsewhere(counterpart: Counterpart, text: string): Promise<void> {
    const args = [counterpart.threadId, text] as const;
    await this.page.evaluate(([id, what]) => {
      window.fixture.sendElsewhere(id, what);
    }, args);
  }

  /** Every row becomes a new element. */
  async rerender(): Promise<void> {
    await this.page.evaluate(() => {
      window.fixture.rerender();
    });
  }

  async #isOpen(counterpart: Counterpart): Promise<void> {
    await this.page.locator(`header a[href="/${counterpart.handle}/"]`).waitFor();
  }

  async #lastRowId(): Promise<string | null> {
    const ids = await this.page
      .locator(rows)
      .evaluateAll((all) => all.map((row) => row.getAttribute("aria-labelledby")));
    return ids.at(-1) ?? null;
  }
}
