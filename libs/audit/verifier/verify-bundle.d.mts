/** Verifies an exported bundle without any other file of Outright. */
export function verifyBundle(
  folder: string,
  options?: { publicKeyPem?: string; held?: readonly object[] },
): Promise<{ ok: boolean; events: number; streams: number; checkpoints: number; findings: string[] }>;
