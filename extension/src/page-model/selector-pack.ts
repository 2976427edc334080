// Everything that the page model knows about Instagram's markup, as data: a change of the site is a change in here.
// Structure comes first; where only a label tells, its wordings are listed by language.

export interface SelectorPack {
  readonly version: number;
  /** In order of trust: the first that is in the document holds the rows. */
  readonly messageLists: readonly string[];
  /** A row of the list; it counts only if it holds an article. */
  readonly row: string;
  readonly article: string;
  /** Parts of an article that hold the message's text. */
  readonly text: string;
  /** Parts of an article that never are the message: names, controls, times. */
  readonly notText: string;
  readonly media: string;
  readonly composer: string;
  readonly ownHandle: string;
  readonly threadList: string;
  /** Links whose label is one of the prefixes and the counterpart's handle. */
  readonly profileLinkLabels: readonly string[];
  /** Label of a control on a row: the prefix and the sender's name. */
  readonly senderLabels: readonly string[];
  /** What a screen reader is told about an own row. */
  readonly ownSentences: readonly string[];
}

export const builtInPack: SelectorPack = {
  version: 1,
  messageLists: [
    '[data-pagelet="IGDMessagesList"]',
    '[aria-label^="Conversation"]',
    '[aria-label*="Messages in conversation"]',
  ],
  row: '[role="group"][tabindex="-1"]',
  article: '[role="article"]',
  text: '[dir="auto"]',
  notText: 'h1, h2, h3, h4, h5, h6, button, time, [role="button"], [role="heading"], [aria-hidden="true"]',
  media: "img, video, audio, canvas, svg",
  composer: '[contenteditable="true"][role="textbox"]',
  ownHandle: '[aria-label="Thread list"] h2',
  threadList: '[aria-label="Thread list"]',
  profileLinkLabels: ["Open the profile page of ", "Profilseite von "],
  senderLabels: ["See more options for message from ", "Weitere Optionen für Nachricht von "],
  ownSentences: ["You sent", "Du hast gesendet"],
};
