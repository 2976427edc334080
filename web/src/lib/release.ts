// Which release of the server this page was loaded from. When the server becomes another one, the next step to another
// page loads the whole page anew, so that nothing that is being typed is lost.

let loadedFrom: string | undefined;
let isOutdated = false;

export function noteRelease(version: string): void {
  loadedFrom ??= version;
  isOutdated = version !== loadedFrom;
}

/** Never returns where the page is outdated: the browser is on its way to the new one. */
export async function leaveOutdatedPage(address: string): Promise<void> {
  if (!isOutdated) return;
  location.assign(address);
  await new Promise<never>(() => undefined);
}
