import { EmbeddedLeases } from './embedded.leases.js';
import { leasesContract } from './leases.contract.js';

leasesContract('embedded', async () => {
  const leases = new EmbeddedLeases();
  return { leases, close: () => leases.close() };
});
