import type { FaultPoints } from '#contracts/api/fault-points';
import type { ContactRegistry } from '#engine/contact-registry/contact-registry.port';
import { FAULT_POINTS, type FaultPoint } from '../domain/fault-points.js';

/** Longest way of a signal through a process, milliseconds. */
const SIGNAL_MS = 500;
const NO_FAULTS: FaultPoints = Object.freeze({ reach: () => undefined });

/**
 * Fault points of this process. `OUTRIGHT_FAULT_POINT=<name>[:<count>]` kills it without warning when the point is reached for the
 * count-th time; with `:stop` behind the count it stands still there, each count-th time, until it is continued. Honoured only together
 * with `OUTRIGHT_FAULT_TESTS=1`.
 */
export function faultPointsOf(env: Readonly<Record<string, string | undefined>>): FaultPoints {
  const [name, count = '1', how] = (env.OUTRIGHT_FAULT_POINT ?? '').split(':');
  if (env.OUTRIGHT_FAULT_TESTS !== '1' || name === undefined || name === '') return NO_FAULTS;
  if (!(FAULT_POINTS as readonly string[]).includes(name)) throw new Error(`There is no fault point ${name}.`);
  let left = Number(count);
  return {
    reach: (reached) => {
      if (reached !== name || --left > 0) return;
      if (how === 'stop') {
        left = Number(count);
        standStill();
      } else if (left === 0) process.kill(process.pid, 'SIGKILL');
    },
  };
}

/** The signal may reach another thread first: this one goes no further before it has reached all. */
function standStill(): void {
  process.kill(process.pid, 'SIGSTOP');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SIGNAL_MS);
}

/** The registry with the fault points of an opt-out around it; for the composition of fault tests. */
export function registryWithFaults(registry: ContactRegistry, faults: FaultPoints): ContactRegistry {
  const reach = (point: FaultPoint) => faults.reach(point);
  return new Proxy(registry, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'optOut') return value.bind(target) as unknown;
      return async (request: Parameters<ContactRegistry['optOut']>[0]) => {
        reach('before-opt-out-append');
        const result = await target.optOut(request);
        reach('after-opt-out-append');
        return result;
      };
    },
  });
}
