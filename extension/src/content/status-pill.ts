// The one element that the page sees: an empty div whose closed shadow root shows the status. It takes no pointer, so
// that every event goes where it would go without it; it loads nothing; its style is a sheet that the page cannot list.

import type { Sign, StatusLine } from "./status-line";

const svgNamespace = "http://www.w3.org/2000/svg";

/** Signs as paths in a square of 24 units, drawn in strokes. */
const signPaths: Readonly<Record<Sign, readonly string[]>> = {
  good: ["M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0", "M8 12.500l2.700 2.700L16 9.500"],
  waiting: ["M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0", "M12 7v5l3.500 2"],
  offline: [
    "M8 6.500A6 6 0 0 1 17 10.500h.500a4 4 0 0 1 3.300 6.300",
    "M17.500 18.500H8A6 6 0 0 1 5.500 7.300",
    "M3 3l18 18",
  ],
  warning: ["M12 4L2.500 20h19z", "M12 10v4.500", "M12 17.300v.200"],
  refused: ["M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0", "M9 9l6 6", "M15 9l-6 6"],
  blind: [
    "M2.500 12s3.500-6.500 9.500-6.500S21.500 12 21.500 12s-3.500 6.500-9.500 6.500S2.500 12 2.500 12",
    "M3 3l18 18",
  ],
};

// The values are those of the Command Center's tokens.
const styles = `
  :host {
    all: initial !important;
    position: fixed !important;
    inset: 20px auto auto 62% !important;
    transform: translateX(-50%) !important;
    z-index: 2147483647 !important;
    pointer-events: none !important;
    color-scheme: light dark !important;
  }
  .pill {
    display: inline-flex;
    align-items: center;
    gap: 7px;
    box-sizing: border-box;
    height: 32px;
    padding: 0 12px;
    border: 1px solid light-dark(oklch(0.862 0.007 255), oklch(0.345 0.01 260));
    border-radius: 16px;
    background: light-dark(oklch(1 0 0), oklch(0.238 0.008 260));
    box-shadow:
      0 4px 14px light-dark(oklch(0.3 0.02 260 / 0.09), oklch(0 0 0 / 0.45)),
      0 1px 3px light-dark(oklch(0.3 0.02 260 / 0.07), oklch(0 0 0 / 0.4));
    color: light-dark(oklch(0.225 0.014 260), oklch(0.945 0.004 255));
    font: 500 12px/16px ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
    user-select: none;
  }
  .blind {
    border: 1.5px dashed light-dark(oklch(0.52 0.19 27), oklch(0.735 0.135 25));
  }
  svg {
    width: 14px;
    height: 14px;
    fill: none;
    stroke: light-dark(oklch(0.51 0.015 257), oklch(0.682 0.011 257));
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .good svg { stroke: light-dark(oklch(0.49 0.115 155), oklch(0.77 0.13 155)); }
  .warning svg { stroke: light-dark(oklch(0.5 0.105 68), oklch(0.81 0.125 78)); }
  .refused svg, .blind svg { stroke: light-dark(oklch(0.52 0.19 27), oklch(0.735 0.135 25)); }
  @media print { .pill { display: none; } }
`;

export class StatusPill {
  readonly #host: HTMLElement;
  readonly #pill: HTMLElement;
  readonly #sign: SVGElement;
  readonly #words: HTMLElement;
  #shown = "";

  constructor(document: Document) {
    this.#host = document.createElement("div");
    const shadow = this.#host.attachShadow({ mode: "closed" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    shadow.adoptedStyleSheets = [sheet];
    this.#sign = document.createElementNS(svgNamespace, "svg");
    this.#sign.setAttribute("viewBox", "0 0 24 24");
    this.#sign.setAttribute("aria-hidden", "true");
    this.#words = document.createElement("span");
    this.#pill = document.createElement("div");
    this.#pill.setAttribute("role", "status");
    this.#pill.append(this.#sign, this.#words);
    shadow.append(this.#pill);
  }

  /** Shows a line; puts the element into the page where it is not there. */
  show(line: StatusLine): void {
    const root = this.#host.ownerDocument.documentElement as Element | null;
    if (root !== null && this.#host.parentNode !== root) root.append(this.#host);
    const shown = `${line.sign} ${line.words}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#pill.className = `pill ${line.sign}`;
    this.#words.textContent = line.words;
    this.#sign.replaceChildren(
      ...signPaths[line.sign].map((outline) => {
        const path = this.#host.ownerDocument.createElementNS(svgNamespace, "path");
        path.setAttribute("d", outline);
        return path;
      }),
    );
  }

  /** Takes the element out of the page. */
  hide(): void {
    this.#host.remove();
  }
}
