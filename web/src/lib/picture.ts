// A picture of what a part of the page shows: drawn on a canvas from what the browser has laid out, since the page's policy
// lets nothing be loaded as an image. Draws backgrounds, paths, lines, circles and words; what a chart is made of.

const SCALE = 2;
const PADDING = 16;

function drawShape(context: CanvasRenderingContext2D, shape: SVGGeometryElement, origin: DOMRect): void {
  const matrix = shape.getScreenCTM();
  const style = getComputedStyle(shape);
  if (matrix === null) return;
  const path = new Path2D(pathOf(shape));
  context.save();
  context.transform(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e - origin.left, matrix.f - origin.top);
  context.globalAlpha = Number(style.opacity);
  if (style.fill !== "none") {
    context.fillStyle = style.fill;
    context.globalAlpha *= Number(style.fillOpacity);
    context.fill(path);
  }
  if (style.stroke !== "none") {
    context.globalAlpha = Number(style.opacity);
    context.strokeStyle = style.stroke;
    context.lineWidth = Number.parseFloat(style.strokeWidth);
    context.setLineDash(
      style.strokeDasharray === "none" ? [] : style.strokeDasharray.split(",").map(Number.parseFloat),
    );
    context.stroke(path);
  }
  context.restore();
}

function pathOf(shape: SVGGeometryElement): string {
  const number = (name: string): number => Number(shape.getAttribute(name) ?? 0);
  if (shape instanceof SVGLineElement) {
    return `M${String(number("x1"))} ${String(number("y1"))} L${String(number("x2"))} ${String(number("y2"))}`;
  }
  if (shape instanceof SVGCircleElement) {
    const [x, y, r] = [number("cx"), number("cy"), number("r")].map(String);
    return `M${String(number("cx") - number("r"))} ${y ?? ""} a${r ?? ""} ${r ?? ""} 0 1 0 ${String(2 * number("r"))} 0 a${r ?? ""} ${r ?? ""} 0 1 0 ${String(-2 * number("r"))} 0 M${x ?? ""} ${y ?? ""}z`;
  }
  return shape.getAttribute("d") ?? "";
}

function drawBox(context: CanvasRenderingContext2D, element: Element, origin: DOMRect): void {
  const { backgroundColor, borderTopLeftRadius } = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  context.fillStyle = backgroundColor;
  context.beginPath();
  context.roundRect(
    box.left - origin.left,
    box.top - origin.top,
    box.width,
    box.height,
    Number.parseFloat(borderTopLeftRadius) || 0,
  );
  context.fill();
}

/** Word by word, so that broken lines stay where they are. */
function drawWords(context: CanvasRenderingContext2D, text: Text, origin: DOMRect): void {
  const parent = text.parentElement;
  if (parent === null) return;
  const style = getComputedStyle(parent);
  context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  context.fillStyle = parent instanceof SVGElement ? style.fill : style.color;
  context.textBaseline = "middle";
  for (const word of text.data.matchAll(/\S+/gu)) {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    const box = range.getBoundingClientRect();
    context.fillText(word[0], box.left - origin.left, box.top - origin.top + box.height / 2);
  }
}

/** What is neither shown nor wanted in a picture is marked with data-no-picture. */
function isSeen(element: Element): boolean {
  const box = element.getBoundingClientRect();
  return (
    !element.hasAttribute("data-no-picture") && box.width > 1 && getComputedStyle(element).visibility === "visible"
  );
}

function draw(context: CanvasRenderingContext2D, element: Element, origin: DOMRect): void {
  if (element instanceof SVGGeometryElement) {
    drawShape(context, element, origin);
  } else if (element instanceof HTMLElement) {
    if (!isSeen(element)) return;
    drawBox(context, element, origin);
  }
  for (const child of element.childNodes) {
    if (child instanceof Element) draw(context, child, origin);
    else if (child instanceof Text) drawWords(context, child, origin);
  }
}

/** A PNG of it, twice as fine as the screen. */
export async function pictureOf(element: HTMLElement): Promise<Blob> {
  const origin = element.getBoundingClientRect();
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil((origin.width + 2 * PADDING) * SCALE);
  canvas.height = Math.ceil((origin.height + 2 * PADDING) * SCALE);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser draws no pictures.");
  context.scale(SCALE, SCALE);
  context.fillStyle = getComputedStyle(element).backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.translate(PADDING, PADDING);
  draw(context, element, origin);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error("This browser makes no PNG."));
      else resolve(blob);
    }, "image/png");
  });
}
