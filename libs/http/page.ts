import { z } from 'zod';

/** Query of every list route: `limit` 1–500 (default 50) and the opaque `cursor` of the page before. */
export const pageQuery = z.object({ limit: z.coerce.number().int().min(1).max(500).default(50), cursor: z.string().max(1024).optional() });
