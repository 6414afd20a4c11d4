import tseslint from 'typescript-eslint';

/** Code that must give the same answer in every replay: time and randomness come in as values. */
const pureCore = [
  'libs/contracts/**/*.ts',
  'libs/kernel/**/*.ts',
  'libs/*/domain/**/*.ts',
  'libs/*/projections/**/*.ts',
  'libs/*/process-managers/**/*.ts',
];
const tests = ['**/*.spec.ts', '**/*.contract.ts', '**/*.fixture.ts', 'test/**/*.ts'];

const asAValue = 'the pure core takes time and randomness as values (see docs/adr/0001)';
const impureCalls = [
  ['CallExpression[callee.object.name="Date"][callee.property.name="now"]', 'Date.now()'],
  ['NewExpression[callee.name="Date"][arguments.length=0]', 'new Date() without an argument'],
  ['CallExpression[callee.name="Date"]', 'Date()'],
  ['MemberExpression[object.name="Math"][property.name="random"]', 'Math.random'],
  ['MemberExpression[object.name="performance"]', 'performance'],
  ['MemberExpression[object.name="process"]', 'process'],
  ['Identifier[name=/^(randomUUID|randomBytes|randomInt|randomFillSync|getRandomValues)$/]', 'a random source'],
].map(([selector, what]) => ({ selector, message: `${what}: ${asAValue}.` }));
const impureGlobals = ['setTimeout', 'setInterval', 'setImmediate', 'fetch', 'console'].map((name) => ({
  name,
  message: `${name} is an effect: keep it out of the pure core (see docs/adr/0001).`,
}));

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', 'docs/generated/', 'demo-output/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-control-regex': 'error',
      'no-debugger': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // Deciders and adapters implement async ports without awaiting anything themselves.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['apps/**/*.ts', 'bench/**/*.ts', 'docs/tools/**/*.ts', 'test/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // A constructor parameter of an injected class must stay a value import, or Nest cannot see its type.
    files: ['**/*.ts'],
    ignores: ['apps/**/*.ts', 'libs/*/nest/**/*.ts', 'libs/http/**/*.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }] },
  },
  {
    name: 'pure-core',
    files: pureCore,
    ignores: tests,
    rules: {
      'no-restricted-syntax': ['error', ...impureCalls],
      'no-restricted-globals': ['error', ...impureGlobals],
    },
  },
  {
    // Bodies of parsed replies are unknown there on purpose; assertions check them.
    files: tests,
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
