import type { ContactRegistry } from '#engine/contact-registry/contact-registry.port';

/** Whether any address of the person is suppressed or being erased: then no further address of the person is taken in. */
export async function personSaidNo(registry: ContactRegistry, prospectId: string): Promise<boolean> {
  for (const { tenantId, forms, state } of await registry.rowsOfProspect(prospectId)) {
    if (state === 'closing' || (await registry.suppressionOf(tenantId, forms)).status !== 'clear') return true;
  }
  return false;
}
