import ts from 'typescript';

export interface TestTitle {
  /** `describe` groups tests; `it` and `test` are tests. */
  readonly kind: 'group' | 'test';
  readonly title: string;
  readonly line: number;
}

const GROUPS = new Set(['describe']);
const TESTS = new Set(['it', 'test']);
const NOT_RUN = new Set(['skip', 'todo', 'failing']);

/** Titles of the tests in one source text that run; values put into a title show as `…`. */
export function testTitles(path: string, source: string): TestTitle[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const found: TestTitle[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const names = calleeNames(node.expression);
      const title = node.arguments[0] === undefined ? undefined : literalText(node.arguments[0]);
      const kind = GROUPS.has(names[0] ?? '') ? 'group' : TESTS.has(names[0] ?? '') ? 'test' : undefined;
      if (kind !== undefined && title !== undefined) {
        if (names.some((name) => NOT_RUN.has(name))) return;
        const isEmptyGroup = kind === 'group' && !/\b(it|test)\b/.test(node.getText(file).slice(title.length));
        if (!isEmptyGroup) found.push({ kind, title, line: file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1 });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** `it.each(rows)` gives `['it', 'each']`. */
function calleeNames(expression: ts.Expression): string[] {
  if (ts.isIdentifier(expression)) return [expression.text];
  if (ts.isPropertyAccessExpression(expression)) return [...calleeNames(expression.expression), expression.name.text];
  if (ts.isCallExpression(expression)) return calleeNames(expression.expression);
  if (ts.isTaggedTemplateExpression(expression)) return calleeNames(expression.tag);
  return [];
}

function literalText(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) return node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join('');
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return `${literalText(node.left) ?? '…'}${literalText(node.right) ?? '…'}`;
  }
  return undefined;
}
