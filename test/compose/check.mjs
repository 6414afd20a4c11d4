import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** `node test/compose/check.mjs <file>...`: what would keep a compose file from starting, or let it start otherwise tomorrow. Exit code 1 if anything. */
function problemsOf({ services = {}, volumes = {} }) {
  const built = new Set(Object.values(services).filter(({ build }) => build !== undefined).map(({ image }) => image));
  const ports = new Map();
  return Object.entries(services).flatMap(([name, service]) => {
    const { image, build, depends_on: needs = [], network_mode: mode = '', ports: published = [], volumes: mounts = [] } = service;
    const needed = Array.isArray(needs) ? needs.map((other) => [other, {}]) : Object.entries(needs);
    const sharing = /^service:(.+)$/.exec(mode)?.[1];
    const problems = [
      image === undefined && build === undefined && 'has neither image nor build',
      image !== undefined && !built.has(image) && !/(:(?!latest$)[\w.-]*\d[\w.-]*|@sha256:[0-9a-f]{64})$/.test(image) && `runs ${image}, which is no pinned version`,
      sharing !== undefined && services[sharing] === undefined && `shares the network of ${sharing}, which is no service`,
      mode !== '' && published.length > 0 && 'publishes ports in a network that is not its own',
    ];
    for (const [other, { condition }] of needed) {
      if (services[other] === undefined) problems.push(`depends on ${other}, which is no service`);
      else if (condition === 'service_healthy' && services[other].healthcheck === undefined) problems.push(`waits for the health of ${other}, which has no healthcheck`);
    }
    for (const mount of mounts) {
      const source = typeof mount === 'string' ? mount.split(':')[0] : mount.type === 'volume' ? mount.source : '/';
      if (!/^[./~]/.test(source) && !(source in volumes)) problems.push(`mounts the volume ${source}, which is not declared`);
    }
    for (const port of published.map((each) => String(each).split(':').slice(0, -1).join(':'))) {
      if (ports.has(port)) problems.push(`publishes ${port}, as ${ports.get(port)} does`);
      ports.set(port, name);
    }
    return problems.filter(Boolean).map((problem) => `${name} ${problem}`);
  });
}

for (const file of process.argv.slice(2)) {
  for (const problem of problemsOf(parse(readFileSync(file, 'utf8'), { merge: true }) ?? {})) {
    console.error(`${file}: ${problem}`);
    process.exitCode = 1;
  }
}
