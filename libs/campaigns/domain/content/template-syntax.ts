import Handlebars from 'handlebars';
import type { ContentFinding, MessagePart } from './content-finding.js';
import type { FieldUse, Guard } from './field-use.js';
import { TEMPLATE_LIMITS } from './template-limits.js';
import { earlyFinding, parseFinding } from './template-source-findings.js';
import { syntaxFinding } from './template-syntax-findings.js';

type Node = hbs.AST.Node;
type Mustache = hbs.AST.MustacheStatement & { readonly escaped: boolean };
type Block = hbs.AST.BlockStatement & { readonly inverse?: hbs.AST.Program };

/** Marks that stand for template tags in `flat`; the source may not hold them itself. */
export const MARK = { field: '\uE000', open: '\uE001', middle: '\uE002', close: '\uE003', legal: '\uE004', end: '\uE00F' } as const;

export interface TemplateSyntax {
  readonly findings: readonly ContentFinding[];
  readonly uses: readonly FieldUse[];
  readonly hasLegal: boolean;
  /** The content of all branches in order, tags replaced by `MARK.x + index into tags + MARK.end`. */
  readonly flat: string;
  readonly tags: readonly { readonly field?: string; readonly line: number; readonly column: number }[];
}

/**
 * Reads one part of a template by an allow-list of node shapes. What is allowed: text, comments, `{{field}}`,
 * `{{default field "text"}}`, `{{#if field}}` and `{{#unless field}}` with `{{else}}`, and once `{{> legal}}`. Nothing
 * else reaches the compiler (SND-18; CVE-2026-33937, CVE-2026-33939).
 */
export function readTemplate(source: string, part: MessagePart, allowed: ReadonlySet<string>): TemplateSyntax {
  const reader = new SyntaxReader(part, allowed);
  const early = earlyFinding(source, part);
  if (early !== undefined) return { ...reader.result(), findings: [early] };
  try {
    reader.program(Handlebars.parseWithoutProcessing(source), []);
  } catch (error) {
    return { ...reader.result(), findings: [parseFinding(error, part)] };
  }
  return reader.result();
}

class SyntaxReader {
  private readonly findings: ContentFinding[] = [];
  private readonly uses: FieldUse[] = [];
  private readonly flat: string[] = [];
  private readonly tags: { field?: string; line: number; column: number }[] = [];
  private legals = 0;

  constructor(private readonly part: MessagePart, private readonly allowed: ReadonlySet<string>) {}

  result(): TemplateSyntax {
    return { findings: this.findings, uses: this.uses, hasLegal: this.legals > 0, flat: this.flat.join(''), tags: this.tags };
  }

  program(program: hbs.AST.Program, guards: readonly Guard[]): void {
    if (program.blockParams !== undefined && program.blockParams.length > 0) this.refuse('template-node', program);
    for (const node of program.body) this.statement(node, guards);
  }

  private statement(node: Node, guards: readonly Guard[]): void {
    switch (node.type) {
      case 'ContentStatement': this.flat.push((node as hbs.AST.ContentStatement).value); return;
      case 'CommentStatement': this.flat.push('\n'.repeat(node.loc.end.line - node.loc.start.line)); return;
      case 'MustacheStatement': this.mustache(node as Mustache, guards); return;
      case 'BlockStatement': this.block(node as Block, guards); return;
      case 'PartialStatement': this.partial(node as hbs.AST.PartialStatement, guards); return;
      default: this.refuse(node.type.startsWith('Decorator') ? 'template-decorator' : 'template-partial', node);
    }
  }

  private mustache(node: Mustache, guards: readonly Guard[]): void {
    if (!node.escaped) return this.refuse('template-raw-output', node);
    if (node.hash !== undefined) return this.refuse('template-helper', node);
    if (node.params.length === 0) return this.use(node.path, 'value', guards);
    const [field, fallback] = node.params;
    const isDefault = plainName(node.path) === 'default' && node.params.length === 2 && fallback?.type === 'StringLiteral';
    if (!isDefault || field === undefined) return this.refuse('template-helper', node);
    this.use(field, 'fallback', guards);
  }

  private block(node: Block, guards: readonly Guard[]): void {
    const name = plainName(node.path);
    if ((name !== 'if' && name !== 'unless') || node.params.length !== 1 || node.hash !== undefined) return this.refuse('template-helper', node);
    if (guards.length >= TEMPLATE_LIMITS.nesting) return this.refuse('template-too-deep', node);
    const condition = node.params[0] as Node;
    const field = plainName(condition);
    this.use(condition, 'condition', guards, MARK.open);
    const inside = (present: boolean): readonly Guard[] => [...guards, { field: field ?? '', present }];
    if (node.program !== undefined) this.program(node.program, inside(name === 'if'));
    this.mark(MARK.middle, node);
    if (node.inverse !== undefined) this.program(node.inverse, inside(name !== 'if'));
    this.mark(MARK.close, node);
  }

  private partial(node: hbs.AST.PartialStatement, guards: readonly Guard[]): void {
    const plain = plainName(node.name) === 'legal' && node.params.length === 0 && node.hash === undefined;
    if (!plain) return this.refuse('template-partial', node);
    this.legals += 1;
    if (this.part === 'subject' || guards.length > 0 || this.legals > 1) return this.refuse('legal-misplaced', node);
    this.mark(MARK.legal, node);
  }

  private use(path: Node, kind: FieldUse['kind'], guards: readonly Guard[], mark: string = MARK.field): void {
    const field = plainName(path);
    if (field === undefined) return this.refuse('template-expression', path);
    if (!this.allowed.has(field)) return this.refuse('unknown-variable', path, field);
    this.uses.push({ field, kind, guards, part: this.part, line: path.loc.start.line, column: path.loc.start.column + 1 });
    this.mark(mark, path, field);
  }

  private mark(mark: string, node: Node, field?: string): void {
    this.flat.push(mark, String(this.tags.length), MARK.end);
    this.tags.push({ ...(field === undefined ? {} : { field }), line: node.loc.start.line, column: node.loc.start.column + 1 });
  }

  private refuse(id: Parameters<typeof syntaxFinding>[0], node: Node, name?: string): void {
    this.findings.push(syntaxFinding(id, { part: this.part, line: node.loc.start.line, column: node.loc.start.column + 1 }, name));
  }
}

/** The name of a path without dots, brackets, `this`, `@data` or parents; undefined for anything else. */
function plainName(node: Node): string | undefined {
  const path = node as hbs.AST.PathExpression;
  if (path.type !== 'PathExpression' || path.data || path.depth !== 0 || path.parts.length !== 1) return undefined;
  const name: unknown = path.parts[0];
  return typeof name === 'string' && path.original === name && /^[a-z][a-z0-9_]*$/.test(name) ? name : undefined;
}
