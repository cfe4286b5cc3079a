import type { YamlNode } from '../../yaml/yaml-node.ts';
import { entryOf, itemsOf, textOf } from './contract-node.ts';

/** Classifications of what everybody may see; every other word hides the values. */
const OPEN = ['', 'public', 'internal', 'open', 'unrestricted', 'unclassified', 'general', 'none'];
const PERSONAL = /^(?:pii|phi|pci|sensitive|confidential|secret|personal[ _-]?data)$/i;

/** True if the values of a property are not for every reader: by classification, encryption, tag or own property. */
export function isSensitive(node: YamlNode): boolean {
  const classification = textOf(entryOf(node, 'classification'))?.trim().toLowerCase() ?? '';
  if (!OPEN.includes(classification) || entryOf(node, 'encryptedName')) return true;
  if (textOf(entryOf(entryOf(node, 'logicalTypeOptions')?.value, 'format')) === 'password') return true;
  const tags = itemsOf(node, 'tags').map((tag) => (tag.kind === 'scalar' ? tag.text : ''));
  return tags.some((tag) => PERSONAL.test(tag)) || itemsOf(node, 'customProperties').some(isPersonal);
}

function isPersonal(custom: YamlNode): boolean {
  const value = textOf(entryOf(custom, 'value'))?.toLowerCase();
  return PERSONAL.test(textOf(entryOf(custom, 'property')) ?? '') && value !== 'false' && value !== 'no';
}
