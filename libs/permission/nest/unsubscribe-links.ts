import type { KeyProvider } from '#engine/secrets/key-provider.port';
import { tokenKey, type TokenKeys, tokenKeys } from '#kernel/tokens/token-keys';
import { openToken, type OpenedToken } from '#kernel/tokens/unsubscribe-token';

/** Opens the tokens of all links ever sent, under the newest key and every older one (OPT-09). */
export class UnsubscribeLinks {
  private constructor(private readonly keys: TokenKeys) {}

  static async open(provider: KeyProvider): Promise<UnsubscribeLinks> {
    const { version, key, older } = await provider.secret('unsubscribe-token');
    return new UnsubscribeLinks(tokenKeys(tokenKey(version, key), [...older].map(([kid, secret]) => tokenKey(kid, secret))));
  }

  read(token: string): OpenedToken {
    return openToken(token, this.keys);
  }
}
