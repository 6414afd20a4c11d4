/**
 * The boundaries of the code. Each rule has a planted violation in test/architecture that proves it fires.
 * Reasons: docs/adr/0001.
 */
const CONTEXTS = 'sourcing|permission|compliance|campaigns|delivery|erasure|obligations|tenancy|rights|governance|access|audit';
const TESTS = '\\.(spec|contract|fixture)\\.ts$';
const PURE = '^libs/(kernel|contracts)/|^libs/[^/]+/(domain|projections|process-managers)/';
const SHELLS = '^libs/([^/]+/nest|http)/|^(apps|bench|test|docs)/';
const NODE_ONLY = ['core'];

/** Libraries that compute and nothing else. */
const PURE_PACKAGES = 'zod|handlebars|libphonenumber-js|tldts|nodemailer/lib/(mime-funcs|qp)|iconv-lite|csv-parse|yaml';
const NEST = '^(node_modules/)?(@nestjs/|rxjs|reflect-metadata|express)';
const DRIVERS = '^(node_modules/)?(better-sqlite3|kafkajs|mongoose|mongodb|bull|bullmq|ioredis|redis|nodemailer)(/|$)';

module.exports = {
  forbidden: [
    {
      name: 'resolvable',
      comment: 'A file names an import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or one of them says too much.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-is-pure',
      comment: 'Domain code stands on contracts, kernel and its own context; the compliance rules are a pure library for all.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/domain/', pathNot: TESTS },
      to: { path: '^(libs|apps|bench|test|docs)/', pathNot: '^libs/(contracts|kernel|$1/domain|compliance/domain)/' },
    },
    {
      name: 'kernel-stands-alone',
      comment: 'Kernel and contracts know each other and nothing else of ours.',
      severity: 'error',
      from: { path: '^libs/(kernel|contracts)/', pathNot: `${TESTS}|^libs/contracts/api/` },
      to: { path: '^(libs|apps|bench|test|docs)/', pathNot: '^libs/(contracts|kernel)/' },
    },
    {
      name: 'contract-interfaces-are-shapes',
      comment: 'What a context offers another may speak in the terms of ports and rules, as types and nothing more.',
      severity: 'error',
      from: { path: '^libs/contracts/api/', pathNot: TESTS },
      to: { path: '^(libs|apps|bench|test|docs)/', pathNot: ['^libs/(contracts|kernel)/', `^libs/(compliance/domain/|engine/.+\\.port\\.ts$)`] },
    },
    {
      name: 'contract-interfaces-run-nothing',
      comment: 'The same, for imports that would survive compilation.',
      severity: 'error',
      from: { path: '^libs/contracts/api/', pathNot: TESTS },
      to: { path: '^libs/(engine|compliance)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'reactions-do-no-io',
      comment: 'Projections and process managers fold events; they see ports as types only.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/(projections|process-managers)/', pathNot: TESTS },
      to: {
        path: '^(libs|apps|bench|test|docs)/',
        pathNot: '^libs/(contracts|kernel|$1/(domain|projections|process-managers)|compliance/domain)/|^libs/engine/.+\\.port\\.ts$',
      },
    },
    {
      name: 'pure-core-no-node',
      comment: 'Of Node, the pure core may hash and seal; addresses may also ask for the A-label of a domain.',
      severity: 'error',
      from: { path: PURE, pathNot: TESTS },
      to: { dependencyTypes: NODE_ONLY, pathNot: '^(node:)?(crypto|url)$' },
    },
    {
      name: 'url-only-for-addresses',
      comment: 'node:url reads domain names in the kernel; nobody else in the pure core needs it.',
      severity: 'error',
      from: { path: PURE, pathNot: `${TESTS}|^libs/kernel/address/` },
      to: { dependencyTypes: NODE_ONLY, path: '^(node:)?url$' },
    },
    {
      name: 'pure-core-packages',
      comment: 'Packages in the pure core are named here one by one, because each must be free of effects.',
      severity: 'error',
      from: { path: PURE, pathNot: TESTS },
      to: { path: 'node_modules/', pathNot: `node_modules/(@types/)?(${PURE_PACKAGES})(/|\\.|$)` },
    },
    {
      name: 'contexts-meet-in-contracts',
      comment: 'A context knows another only by its events and commands in contracts.',
      severity: 'error',
      from: { path: `^libs/(${CONTEXTS})/` },
      to: { path: `^libs/(${CONTEXTS})/`, pathNot: '^libs/$1/|^libs/compliance/domain/' },
    },
    {
      name: 'engine-knows-no-context',
      comment: 'Ports and adapters carry bytes for any context.',
      severity: 'error',
      from: { path: '^libs/engine/' },
      to: { path: `^libs/(${CONTEXTS})/` },
    },
    {
      name: 'nest-only-in-shells',
      comment: 'Nest, its streams and its web server stay in shells and apps.',
      severity: 'error',
      from: { pathNot: `${SHELLS}|${TESTS}` },
      to: { path: [NEST, 'node_modules/(@nestjs/|rxjs/|reflect-metadata/|express/|@types/express)'] },
    },
    {
      name: 'drivers-only-in-engine',
      comment: 'A database, broker, queue or mail driver appears only inside its adapter.',
      severity: 'error',
      from: { pathNot: `^libs/engine/|^(bench|test)/|${TESTS}` },
      to: {
        path: [DRIVERS, 'node_modules/(@types/)?(better-sqlite3|kafkajs|mongoose|mongodb|bull|bullmq|ioredis|redis|nodemailer)/'],
        pathNot: 'nodemailer/lib/(mime-funcs|qp)',
      },
    },
    {
      name: 'sockets-only-in-engine',
      comment: 'Raw sockets are drivers too.',
      severity: 'error',
      from: { pathNot: `^libs/engine/|^(bench|test)/|${TESTS}` },
      to: { dependencyTypes: NODE_ONLY, path: '^(node:)?(net|tls|dgram)$' },
    },
    {
      name: 'libs-never-import-apps',
      comment: 'Libraries do not know how they are composed.',
      severity: 'error',
      from: { path: '^libs/', pathNot: TESTS },
      to: { path: '^(apps|bench|test|docs)/' },
    },
    {
      name: 'apps-import-libs-only',
      comment: 'An app composes libraries; only the command line starts another app.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: TESTS },
      to: { path: '^(apps|bench|test|docs)/', pathNot: ['^apps/$1/', '^apps/standalone/'] },
    },
    {
      name: 'standalone-starts-nobody',
      comment: 'The standalone app is started by others and starts none.',
      severity: 'error',
      from: { path: '^apps/standalone/', pathNot: TESTS },
      to: { path: '^(apps|bench|test|docs)/', pathNot: '^apps/standalone/' },
    },
    {
      name: 'apps-hold-no-logic',
      comment: 'Deciders, rules, projections and process managers live in a context, and apps reach them through its shell.',
      severity: 'error',
      from: {},
      to: { path: '^apps/.+\\.(decider|rule|pack|projection|process-manager)\\.ts$' },
    },
    {
      name: 'apps-reach-no-decider',
      comment: 'An app dispatches commands; deciding is the context’s own work.',
      severity: 'error',
      from: { path: '^apps/', pathNot: TESTS },
      to: { path: '^libs/.+\\.(decider|rule)\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'tests-stay-tests',
      comment: 'The product does not run on its specs or contract suites.',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: TESTS },
      to: { path: TESTS },
    },
    {
      name: 'no-dev-packages',
      comment: 'What is shipped must be installed by a production install. The demo is not shipped: it plays the recipients’ mailboxes.',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: `${TESTS}|^apps/demo/` },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default', 'types', 'require'],
      exportsFields: ['exports'],
    },
  },
};
