import Handlebars from 'handlebars';
import { BadInput } from '#kernel/errors';
import type { ContentFinding, MessagePart } from './content-finding.js';
import { placeName } from './content-finding.js';
import { isReached, type FieldUse } from './field-use.js';
import { MissingField, isMissing } from './missing-field.js';
import { TEMPLATE_LIMITS } from './template-limits.js';
import { readTemplate, type TemplateSyntax } from './template-syntax.js';

type Context = Record<string, unknown>;
type Compiled = (context: Context, options: Handlebars.RuntimeOptions) => string;
interface HelperOptions { fn(context: unknown): string; inverse(context: unknown): string }

export interface CompiledPart {
  readonly syntax: TemplateSyntax;
  /** @throws BadInput `template-field-missing`, `template-output-too-large` (SND-18). */
  render(context: Context, legal: string): string;
}

const environment = isolatedEnvironment();
// One object for every rendering, because Handlebars is much slower with a new one each time; rendering is synchronous.
let currentLegal = '';
const OPTIONS: Handlebars.RuntimeOptions = { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false, partials: { legal: () => currentLegal } };

/** An own Handlebars with three helpers, no decorators and no partials: nothing registered elsewhere is visible in it. */
function isolatedEnvironment(): typeof Handlebars {
  const own = Handlebars.create();
  for (const name of Object.keys(own.helpers)) own.unregisterHelper(name);
  for (const name of Object.keys(own.decorators)) own.unregisterDecorator(name);
  for (const name of Object.keys(own.partials)) own.unregisterPartial(name);
  own.registerHelper({
    if(this: unknown, value: unknown, options: HelperOptions) { return isMissing(value) ? options.inverse(this) : options.fn(this); },
    unless(this: unknown, value: unknown, options: HelperOptions) { return isMissing(value) ? options.fn(this) : options.inverse(this); },
    default(value: unknown, fallback: string) { return isMissing(value) ? fallback : value; },
  });
  return own;
}

/**
 * Compiles one part from its source text; never from a syntax tree. The html part escapes values, the other two do not.
 * @param completed the source with the legal block in it, where the part needs one.
 * @throws BadInput `template-refused` (SND-18) with every finding and the place of the first.
 */
export function compilePart(completed: string, part: MessagePart, allowed: ReadonlySet<string>): CompiledPart {
  const syntax = readTemplate(completed, part, allowed);
  if (syntax.findings.length > 0) throw refusal(syntax.findings);
  const template = compileSource(completed, part);
  const render = (context: Context, legal: string): string => {
    const output = run(template, context, legal, syntax.uses, part);
    const tooLarge = output.length * 3 > TEMPLATE_LIMITS.outputBytes && Buffer.byteLength(output) > TEMPLATE_LIMITS.outputBytes;
    if (tooLarge) throw outputTooLarge(part);
    return output;
  };
  return { syntax, render };
}

function compileSource(source: string, part: MessagePart): Compiled {
  if (typeof source !== 'string') throw new TypeError('Only source text is compiled.');
  return environment.compile<Context>(source, {
    strict: true, noEscape: part !== 'html', data: false, preventIndent: true, knownHelpersOnly: true,
    knownHelpers: { if: true, unless: true, default: true },
  });
}

function run(template: Compiled, context: Context, legal: string, uses: readonly FieldUse[], part: MessagePart): string {
  currentLegal = legal;
  try {
    return template(context, OPTIONS);
  } catch (error) {
    if (error instanceof MissingField) throw missingValue(error.field, context, uses, part);
    throw error;
  } finally {
    currentLegal = '';
  }
}

function missingValue(field: string, context: Context, uses: readonly FieldUse[], part: MessagePart): BadInput {
  const present = new Set(Object.keys(context).filter((name) => !isMissing(context[name])));
  const use = uses.find((one) => one.field === field && one.kind === 'value' && isReached(one, present));
  return new BadInput(`The recipient has no value for ${field}, which the template needs (${placeName(use ?? { part })}).`, {
    code: 'template-field-missing', rule: 'SND-18', fix: `Write {{default ${field} "…"}}, put it inside {{#if ${field}}}, or leave the recipient out.`,
  });
}

function outputTooLarge(part: MessagePart): BadInput {
  return new BadInput(`The rendered ${part} is larger than ${TEMPLATE_LIMITS.outputBytes / 1024} KB.`, { code: 'template-output-too-large', rule: 'SND-18', fix: 'Shorten the template.' });
}

/** The error for findings that forbid compiling; its message is the first finding with its place. */
export function refusal(findings: readonly ContentFinding[]): BadInput {
  const first = findings[0] as ContentFinding;
  return new BadInput(`${first.message} (${placeName(first.where)})`, { code: 'template-refused', rule: first.rule, fix: first.fix, findings });
}
