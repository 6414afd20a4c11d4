import { pooledRandomBytes } from '#engine/event-log/random-pool';
import { FileKeyProvider } from '#engine/secrets/file.key-provider';
import { makeSecrets } from '#engine/secrets/make-secrets';
import { MongoSecretRegister } from '#engine/secrets/mongo.secret-register';
import { MongoConnection } from './mongo-connection.js';

interface SecretsPlace {
  readonly mongoUrl: string;
  readonly secretsFolder: string;
  readonly passphrase?: string | undefined;
}

/** A step of the installation, before its first process: see `makeSecrets`. May be repeated. @throws OutrightError also `mongo-unreachable` */
export async function prepareSecrets({ mongoUrl, secretsFolder, passphrase }: SecretsPlace): Promise<void> {
  const mongo = await MongoConnection.open(mongoUrl);
  try {
    await makeSecrets(new FileKeyProvider({ folder: secretsFolder, register: new MongoSecretRegister(mongo), random: pooledRandomBytes, passphrase }));
  } finally {
    await mongo.close();
  }
}
