export interface Plant {
  /** The rule that must fire on `file`; none for code that is allowed. */
  readonly rule: string | undefined;
  readonly file: string;
  readonly source: string;
}

const imports = (...specifiers: readonly string[]): string =>
  specifiers.map((specifier, index) => `import * as m${index} from '${specifier}';\nvoid m${index};`).join('\n');

const importTypes = (...specifiers: readonly string[]): string =>
  specifiers.map((specifier, index) => `import type * as m${index} from '${specifier}';\nexport type T${index} = typeof m${index};`).join('\n');

/** Files that the plants import; they break nothing by themselves. */
export const bystanders: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'libs/contracts/fact.ts',
    'libs/kernel/tool.ts',
    'libs/kernel/hen.ts',
    'libs/sourcing/domain/sourced.ts',
    'libs/sourcing/domain/sourced.decider.ts',
    'libs/sourcing/nest/sourcing.module.ts',
    'libs/sourcing/domain/sourced.spec.ts',
    'libs/permission/domain/wish.ts',
    'libs/compliance/domain/rule.ts',
    'libs/engine/store/store.port.ts',
    'libs/engine/store/embedded.store.ts',
    'apps/standalone/app.ts',
    'apps/worker/app.ts',
    'bench/load.ts',
    'test/journeys/story.ts',
  ].map((path) => [path, path.endsWith('hen.ts') ? `export * as egg from './egg.js';\n` : 'export const here = true;\n']),
);

export const stubPackages = ['@nestjs/common', 'rxjs', 'express', 'better-sqlite3', 'kafkajs', 'mongoose', 'bull', 'nodemailer', 'zod', 'fast-check'];

/** One violation and more for every rule, and code that must stay allowed. */
export const plants: readonly Plant[] = [
  { rule: 'resolvable', file: 'libs/sourcing/domain/lost.ts', source: imports('#kernel/nowhere') },
  { rule: 'no-cycles', file: 'libs/kernel/egg.ts', source: `export * as hen from './hen.js';` },
  { rule: 'domain-is-pure', file: 'libs/sourcing/domain/stores.ts', source: imports('#engine/store/store.port') },
  { rule: 'domain-is-pure', file: 'libs/sourcing/domain/shelled.ts', source: imports('#sourcing/nest/sourcing.module') },
  { rule: 'kernel-stands-alone', file: 'libs/kernel/knows-context.ts', source: imports('#sourcing/domain/sourced') },
  { rule: 'kernel-stands-alone', file: 'libs/contracts/knows-engine.ts', source: imports('#engine/store/store.port') },
  { rule: 'contract-interfaces-are-shapes', file: 'libs/contracts/api/leans.ts', source: importTypes('#engine/store/embedded.store') },
  { rule: 'contract-interfaces-run-nothing', file: 'libs/contracts/api/runs.ts', source: imports('#engine/store/store.port') },
  { rule: 'reactions-do-no-io', file: 'libs/erasure/process-managers/eager.ts', source: imports('#engine/store/embedded.store') },
  { rule: 'reactions-do-no-io', file: 'libs/erasure/projections/eager.ts', source: imports('#engine/store/embedded.store') },
  { rule: 'pure-core-no-node', file: 'libs/sourcing/domain/reads-files.ts', source: imports('node:fs') },
  { rule: 'pure-core-no-node', file: 'libs/kernel/reads-files.ts', source: imports('node:fs/promises') },
  { rule: 'url-only-for-addresses', file: 'libs/sourcing/domain/reads-urls.ts', source: imports('node:url') },
  { rule: 'pure-core-packages', file: 'libs/sourcing/domain/unlisted.ts', source: imports('express') },
  { rule: 'contexts-meet-in-contracts', file: 'libs/permission/nest/peeks.ts', source: imports('#sourcing/nest/sourcing.module') },
  { rule: 'contexts-meet-in-contracts', file: 'libs/permission/domain/peeks.ts', source: imports('#sourcing/domain/sourced') },
  { rule: 'engine-knows-no-context', file: 'libs/engine/store/biased.ts', source: imports('#sourcing/domain/sourced') },
  { rule: 'nest-only-in-shells', file: 'libs/engine/store/injected.ts', source: imports('@nestjs/common') },
  { rule: 'nest-only-in-shells', file: 'libs/sourcing/domain/injected.ts', source: imports('rxjs') },
  { rule: 'drivers-only-in-engine', file: 'libs/sourcing/nest/stores.ts', source: imports('better-sqlite3') },
  { rule: 'drivers-only-in-engine', file: 'libs/delivery/nest/mails.ts', source: imports('nodemailer') },
  { rule: 'drivers-only-in-engine', file: 'apps/worker/streams.ts', source: imports('kafkajs', 'mongoose', 'bull') },
  { rule: 'sockets-only-in-engine', file: 'libs/delivery/nest/dials.ts', source: imports('node:net', 'node:tls') },
  { rule: 'libs-never-import-apps', file: 'libs/sourcing/nest/composes.ts', source: imports('#apps/standalone/app') },
  { rule: 'libs-never-import-apps', file: 'libs/engine/store/measured.ts', source: imports('#bench/load') },
  { rule: 'apps-import-libs-only', file: 'apps/cli/leans.ts', source: imports('#apps/worker/app') },
  { rule: 'apps-import-libs-only', file: 'apps/cli/tested.ts', source: imports('#test/journeys/story') },
  { rule: 'standalone-starts-nobody', file: 'apps/standalone/starts.ts', source: imports('#apps/worker/app') },
  { rule: 'apps-hold-no-logic', file: 'apps/cli/uses-logic.ts', source: imports('./hidden.decider.js') },
  { rule: undefined, file: 'apps/cli/hidden.decider.ts', source: 'export const here = true;' },
  { rule: 'apps-reach-no-decider', file: 'apps/cli/decides.ts', source: imports('#sourcing/domain/sourced.decider') },
  { rule: 'tests-stay-tests', file: 'libs/sourcing/nest/tested.ts', source: imports('#sourcing/domain/sourced.spec') },
  { rule: 'no-dev-packages', file: 'libs/engine/store/checked.ts', source: imports('fast-check') },

  { rule: undefined, file: 'libs/sourcing/domain/allowed.ts', source: imports('#contracts/fact', '#kernel/tool', '#compliance/domain/rule', './sourced.js', 'node:crypto', 'zod') },
  { rule: undefined, file: 'libs/contracts/api/allowed.ts', source: importTypes('#engine/store/store.port', '#compliance/domain/rule', '#contracts/fact') },
  { rule: undefined, file: 'libs/http/allowed.ts', source: imports('@nestjs/common', 'express') },
  { rule: undefined, file: 'libs/kernel/address/allowed.ts', source: imports('node:url', '#contracts/fact') },
  { rule: undefined, file: 'libs/sourcing/process-managers/allowed.ts', source: imports('#engine/store/store.port', '#sourcing/domain/sourced') },
  { rule: undefined, file: 'libs/sourcing/domain/allowed.spec.ts', source: imports('fast-check', '#engine/store/embedded.store', 'node:fs') },
  { rule: undefined, file: 'libs/permission/nest/allowed.ts', source: imports('@nestjs/common', 'express', '#compliance/domain/rule', '#permission/domain/wish') },
  { rule: undefined, file: 'libs/engine/store/allowed.ts', source: imports('better-sqlite3', 'node:net', '#contracts/fact') },
  { rule: undefined, file: 'apps/cli/allowed.ts', source: imports('#sourcing/nest/sourcing.module', '@nestjs/common', '#apps/standalone/app') },
  { rule: undefined, file: 'bench/allowed.ts', source: imports('nodemailer', '#apps/standalone/app', 'fast-check') },
];
