import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '../../docs/tools/repository.js';

/** A throw-away tree with the layout of the repository and the given files; packages are stubs, or the real ones by a link. */
export function plantTree(files: Readonly<Record<string, string>>, packages: 'real' | readonly string[]): { root: string; remove: () => void } {
  const repository = repositoryRoot();
  const root = mkdtempSync(join(tmpdir(), 'outright-planted-'));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const config of ['.dependency-cruiser.cjs', 'eslint.config.js', 'tsconfig.json']) {
    write(config, readFileSync(join(repository, config), 'utf8'));
  }
  const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as Record<string, unknown>;
  const dependencies = { ...(manifest['dependencies'] as object) } as Record<string, string>;
  if (packages === 'real') symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  else {
    for (const name of packages) {
      write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
      write(`node_modules/${name}/index.js`, 'module.exports = {};\n');
      if (!(name in (manifest['devDependencies'] as object))) dependencies[name] = '1.0.0';
    }
  }
  write('package.json', JSON.stringify({ ...manifest, dependencies }));
  for (const [path, text] of Object.entries(files)) write(path, text);
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Runs a script of an installed package in `cwd` and gives what it printed, whatever its exit code. */
export function runTool(script: string, args: readonly string[], cwd: string): Promise<string> {
  const path = join(repositoryRoot(), 'node_modules', script);
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [path, ...args], { cwd, maxBuffer: 64 << 20, env: withoutJestOptions() }, (error, stdout, stderr) => {
      if (stdout === '') reject(new Error(`${script} printed nothing: ${stderr}`, { cause: error }));
      else resolve(stdout);
    });
  });
}

function withoutJestOptions(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, ...rest } = process.env;
  return rest;
}
