import { EngineModule, type EngineParts } from '#apps/standalone/engine.module';
import { faultPointsOf, registryWithFaults } from '#delivery/nest/fault-points';
import { killAround } from './kill-around.js';

/**
 * The standalone app as it is shipped, with the fault points of the opt-out put around the registry. `OUTRIGHT_KILL_AROUND` names
 * another place to die at, `OUTRIGHT_PLANTED` a file that says what becomes of one stream's events. With none of them it is the app alone.
 */
const around = process.env['OUTRIGHT_KILL_AROUND'];
if (around !== undefined) killAround(around);
const planted = process.env['OUTRIGHT_PLANTED'];
if (planted !== undefined) (await import('./planted-letter.js')).plantLetter(planted, Number(process.env['OUTRIGHT_CLOCK_AHEAD'] ?? 0));
if (process.env['OUTRIGHT_FAULT_POINT']?.includes('opt-out') === true) {
  const compose = EngineModule.of.bind(EngineModule);
  EngineModule.of = (parts: EngineParts) => {
    const registry = registryWithFaults(parts.engine.registry, faultPointsOf(process.env));
    return compose({ ...parts, engine: Object.create(parts.engine, { registry: { value: registry } }) as EngineParts['engine'] });
  };
}
await import('#apps/standalone/main');
