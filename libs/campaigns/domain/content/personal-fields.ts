import { BadInput } from '#kernel/errors';

/** The only personal fields that are kept of a prospect (SRC-04); `email` and `phone` are the contact points. */
export const PERSONAL_FIELDS = ['first_name', 'last_name', 'email', 'phone', 'company', 'domain'] as const;
/** Values that are the same for everybody in a campaign. */
export const CAMPAIGN_FIELDS = ['sender_name', 'controller_name'] as const;
/** Links that Outright makes itself; the only variables allowed as a link target. */
export const LINK_FIELDS = ['unsubscribe_url', 'privacy_url'] as const;

const MAX_EXTRA_FIELDS = 10;
const NAME = /^[a-z][a-z0-9_]{0,39}$/;
const RESERVED = new Set<string>([
  ...PERSONAL_FIELDS, ...CAMPAIGN_FIELDS, ...LINK_FIELDS,
  'legal', 'if', 'unless', 'else', 'default', 'each', 'with', 'lookup', 'log', 'this', 'null', 'true', 'false', 'undefined',
  'constructor', 'prototype', 'valueof', 'tostring', 'hasownproperty', 'arguments', 'caller', 'callee', 'length', 'name',
]);

/**
 * Every variable a template may name.
 * @param extraFields fields the tenant declared (D25: at most 10, snake case, none of ours).
 * @throws BadInput `extra-field-invalid` (D25).
 */
export function allowedFields(extraFields: readonly string[] = []): ReadonlySet<string> {
  if (extraFields.length > MAX_EXTRA_FIELDS) throw invalidField(`${extraFields.length} extra fields are declared`, `Declare at most ${MAX_EXTRA_FIELDS}.`);
  for (const name of extraFields) {
    if (!NAME.test(name) || RESERVED.has(name) || name.startsWith('__')) {
      throw invalidField(`${JSON.stringify(name.slice(0, 40))} cannot be the name of an extra field`, 'Use lower-case letters, digits and _, and a name that has no meaning yet.');
    }
  }
  return new Set<string>([...PERSONAL_FIELDS, ...CAMPAIGN_FIELDS, ...LINK_FIELDS, ...extraFields]);
}

export function isLinkField(name: string): boolean {
  return (LINK_FIELDS as readonly string[]).includes(name);
}

/** Whether every row has the value without the CSV supplying it: campaign values, links and the address itself. */
export function isAlwaysPresent(name: string): boolean {
  return name === 'email' || isLinkField(name) || (CAMPAIGN_FIELDS as readonly string[]).includes(name);
}

function invalidField(message: string, fix: string): BadInput {
  return new BadInput(`${message}.`, { code: 'extra-field-invalid', rule: 'D25', fix });
}
