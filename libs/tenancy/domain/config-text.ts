import { isMap, parseDocument } from 'yaml';
import { BadInput } from '#kernel/errors';
import { parseInstallationConfig, type SenderConfig } from './installation-config.js';

/**
 * outright.yaml with one more sender, or the same sender anew; comments and order stay.
 * @param sender keys as in the file, paths relative to it
 * @throws BadInput where the new text would not be a valid file
 */
export function withSender(text: string, senderId: string, sender: Partial<SenderConfig>): string {
  const document = parseDocument(text);
  if (document.errors.length > 0) throw new BadInput('outright.yaml is no valid YAML.', { code: 'bad-config', fix: 'Mend the file, then try again.' });
  if (!isMap(document.get('senders'))) document.set('senders', document.createNode({}));
  document.setIn(['senders', senderId], document.createNode(sender));
  const senders = document.get('senders');
  if (isMap(senders)) senders.flow = false;
  const changed = document.toString({ lineWidth: 0 });
  parseInstallationConfig(changed);
  return changed;
}
