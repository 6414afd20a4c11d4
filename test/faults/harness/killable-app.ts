import { EngineModule, type EngineParts } from '#apps/standalone/engine.module';
import { faultPointsOf, registryWithFaults } from '#delivery/nest/fault-points';
import { killAround } from './kill-around.js';

/**
 * The standalone app as it is shipped, with the fault points of the opt-out put around the registry. `OUTRIGHT_KILL_AROUND` names
 * another place to die at. With neither it is the app alone.
 */
const around = process.env['OUTRIGHT_KILL_AROUND'];
if (around !== undefined) killAround(around);
if (process.env['OUTRIGHT_FAULT_POINT']?.includes('opt-out') === true) {
  const compose = EngineModule.of.bind(EngineModule);
  EngineModule.of = (parts: EngineParts) => {
    const registry = registryWithFaults(parts.engine.registry, faultPointsOf(process.env));
    return compose({ ...parts, engine: Object.create(parts.engine, { registry: { value: registry } }) as EngineParts['engine'] });
  };
}
await import('#apps/standalone/main');
