// Instagram handles, as the contract writes them: lower case, without the @.

const handlePattern = /^[a-z0-9._]{1,30}$/;

/** The handle that a piece of text is, or null where it is none. */
export function parseHandle(text: string): string | null {
  const handle = text.trim().replace(/^@/, "").toLowerCase();
  return handlePattern.test(handle) ? handle : null;
}

/** The handle whose profile an address of this site opens ("/mono.pizza/"), or null. */
export function parseProfilePath(href: string): string | null {
  const match = /^(?:https:\/\/www\.instagram\.com)?\/([^/?#]+)\/?(?:[?#].*)?$/.exec(href);
  return match?.[1] === undefined ? null : parseHandle(match[1]);
}
