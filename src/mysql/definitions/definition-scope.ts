import type { Definition } from './definition.ts';
import { objectKey } from './read-definitions.ts';

/** Which definitions a restore brings back: those of others stay as they are. */
export interface DefinitionScope {
  /** Tables whose triggers are brought back. */
  readonly tables: readonly string[];
  /** Views, routines and events, by `objectKey` in lower case. */
  readonly objects: readonly string[];
}

/** The definitions of a scope; all where none is given. */
export function inScope(
  definitions: readonly Definition[],
  scope: DefinitionScope | undefined,
): readonly Definition[] {
  if (!scope) return definitions;
  const [tables, objects] = [new Set(scope.tables), new Set(scope.objects)];
  return definitions.filter((each) =>
    each.kind === 'trigger' ? tables.has(each.table ?? '') : objects.has(objectKey(each).toLowerCase()),
  );
}
