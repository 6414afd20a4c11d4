/** Elements without content. */
export const VOID_ELEMENTS: ReadonlySet<string> = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'param', 'source', 'track', 'wbr']);

/** Elements a message may use; everything else is active, loads something or is read differently by mail programs. */
export const ALLOWED_ELEMENTS: ReadonlySet<string> = new Set([
  'html', 'head', 'body', 'title', 'style', 'meta', 'div', 'span', 'p', 'a', 'img', 'br', 'hr', 'wbr', 'table', 'caption', 'colgroup', 'col', 'thead', 'tbody',
  'tfoot', 'tr', 'td', 'th', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'b', 'i', 'u', 's', 'strong', 'em', 'small', 'big', 'sub', 'sup',
  'mark', 'del', 'ins', 'strike', 'blockquote', 'q', 'cite', 'abbr', 'time', 'pre', 'code', 'kbd', 'samp', 'var', 'center', 'font', 'section', 'article', 'header',
  'footer', 'main', 'nav', 'aside', 'address', 'figure', 'figcaption', 'bdi', 'bdo',
]);

/** Elements that start on a new line; text on both sides does not run together. */
export const BLOCK_ELEMENTS: ReadonlySet<string> = new Set([
  'html', 'body', 'div', 'p', 'br', 'hr', 'table', 'caption', 'tr', 'td', 'th', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'blockquote',
  'pre', 'center', 'section', 'article', 'header', 'footer', 'main', 'nav', 'aside', 'address', 'figure', 'figcaption',
]);
