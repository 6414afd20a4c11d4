const HIDING = [
  /(^|;)display:none/, /(^|;)visibility:(hidden|collapse)/, /(^|;)opacity:(0|\.0|0\.0)\d*(;|!|$)/, /(^|;)opacity:0?\.0\d/, /(^|;)mso-hide:all/,
  /(^|;)font(-size:|:.*?)\b[0-4](\.\d+)?(px|pt)/, /(^|;)font-size:(0|0?\.\d+r?em|[0-2]?\d%)(;|!|$|\.)/, /(^|;)(max-)?(height|width):0(px|pt|em|%)?(;|!|$)/,
  /(^|;)text-indent:-\d{3,}/, /(^|;)(left|top|right|bottom|margin(-\w+)?):-\d{3,}/, /(^|;)color:transparent/, /(^|;)color:(rgba|hsla)\([^)]*,0(\.0+)?\)/,
  /(^|;)clip(-path)?:/, /(^|;)transform:[^;]*scale\(0/, /(^|;)content-visibility:hidden/,
];

/** One line of CSS without comments and spaces, lower case; a backslash escape makes it unreadable and so hiding. */
function normalise(css: string): string {
  return css.replace(/\/\*.*?\*\//gs, '').replace(/\s+/g, '').toLowerCase();
}

/** Whether an inline style may keep the reader from seeing the text. Errs towards hidden. */
export function styleHides(style: string): boolean {
  if (style === '') return false;
  const css = normalise(style);
  if (css.includes('\\') || HIDING.some((pattern) => pattern.test(css))) return true;
  const colour = /(?:^|;)color:([^;!]+)/.exec(css)?.[1];
  const ground = /(?:^|;)background(?:-color)?:([^;!]+)/.exec(css)?.[1];
  return colour !== undefined && ground !== undefined && sameColour(colour, ground);
}

function sameColour(one: string, other: string): boolean {
  const plain = (colour: string): string => ({ white: '#ffffff', black: '#000000' })[colour] ?? colour.replace(/^#([0-9a-f])([0-9a-f])([0-9a-f])$/, '#$1$1$2$2$3$3');
  return plain(one) === plain(other);
}

export type HidingSelector = (element: string, id: string, classes: readonly string[]) => boolean;

/**
 * Selectors of style sheet rules that hide. Only the last compound of a selector is looked at, rules inside media
 * queries count, and what cannot be read hides everything.
 */
export function hidingSelectors(sheet: string): HidingSelector[] {
  const css = sheet.replace(/\/\*.*?\*\//gs, '').replace(/<!--|-->/g, '');
  const selectors: HidingSelector[] = [];
  for (const match of css.matchAll(/([^{}]{0,2000})\{([^{}]*)\}/g)) {
    if (!styleHides(match[2] as string)) continue;
    for (const selector of (match[1] as string).split(',')) selectors.push(lastCompound(selector));
  }
  return selectors;
}

function lastCompound(selector: string): HidingSelector {
  const compound = selector.trim().split(/[\s>+~]+/).at(-1)?.replace(/::?[\w-]+(\([^)]*\))?|\[[^\]]*\]/g, '') ?? '';
  const element = /^[a-z][a-z0-9]*/i.exec(compound)?.[0].toLowerCase();
  const id = /#([\w-]+)/.exec(compound)?.[1];
  const classes = [...compound.matchAll(/\.([\w-]+)/g)].map((match) => match[1] as string);
  return (name, ownId, own) => (element === undefined || element === name) && (id === undefined || id === ownId) && classes.every((one) => own.includes(one));
}
